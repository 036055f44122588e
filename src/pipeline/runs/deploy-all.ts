/** Every workspace of one input: all are looked at and asked about before the first of them is touched. */
import type { DeployResult, PlanResult } from '#core/results.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { Ports } from '../ports.ts'
import { planResultOf } from '../prepare/result.ts'
import type { DeployRequest } from '../prepared.ts'
import { type DeployOptions, deploy, type Preflight, preflight } from './deploy.ts'
import { amongOthers } from './left-behind.ts'
import { nameError, portsFor } from './named.ts'
import { createRunWatches } from './run-watches.ts'

export interface DeployAllOptions {
  waitLock: boolean
  /** Asked once about all of them, and again where one has come to need more machines. */
  confirm(plans: readonly PlanResult[]): Promise<void>
}

export interface DeployedAll {
  /** Of those that are up, also when a later one has failed. */
  results: DeployResult[]
  failure?: { error: unknown }
}

export async function deployAll(
  requests: readonly DeployRequest[],
  { waitLock, confirm }: DeployAllOptions,
  ports: Ports,
): Promise<DeployedAll> {
  const jobs: Job[] = []
  for (const request of requests) {
    const own = portsFor(request, requests, ports)
    const found = await preflight(request, own).catch((error: unknown) => {
      throw nameError(error, request, requests, ports)
    })
    jobs.push({ request, found, own })
  }
  await confirm(jobs.map(({ found }) => planResultOf(found.first)))
  const keys = jobs.map(({ found }) => ({ name: found.first.plan.objectName, namespace: found.first.plan.namespace }))
  const watches = createRunWatches(keys, ports)
  return deployEach(jobs, { waitLock, watches, confirm: (plan) => confirm([plan]) }, ports).finally(watches.close)
}

interface Job {
  request: DeployRequest
  found: Preflight
  own: Ports
}

async function deployEach(
  jobs: readonly Job[],
  options: Omit<DeployOptions, 'isOutdated'>,
  ports: Ports,
): Promise<DeployedAll> {
  const requests = jobs.map(({ request }) => request)
  const results: DeployResult[] = []
  for (const [index, { request, found, own }] of jobs.entries()) {
    try {
      results.push(await deploy(found, { ...options, isOutdated: index > 0 }, own))
    } catch (error) {
      const notBegun = requests.slice(index + 1).map(({ spec }) => objectNameFor(spec.name, ports.engines))
      return { results, failure: { error: amongOthers(nameError(error, request, requests, ports), results, notBegun) } }
    }
  }
  return { results }
}

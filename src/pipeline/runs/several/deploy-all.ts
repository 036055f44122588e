/** Every workspace of one input: all are looked at and asked about before the first of them is touched, then made side by side. */
import type { DeployResult, PlanResult } from '#core/results.ts'
import { errorFrom, errorsIn } from '#core/several-errors.ts'
import type { Ports } from '../../ports.ts'
import { createClusterCheck } from '../../prepare/cluster-checks.ts'
import { planResultOf } from '../../prepare/result.ts'
import type { DeployRequest } from '../../prepared.ts'
import { deploy, type Preflight, preflight } from '../deploy.ts'
import { createRunWatches } from '../run-watches.ts'
import { nameError, portsFor, tellTargetOnce } from './named.ts'
import { type Job, oneAtATime, type Several, sideBySide } from './side-by-side.ts'
import { createTurns } from './turns.ts'

export interface DeployAllOptions {
  waitLock: boolean
  /** The first that fails stops the others. */
  failFast: boolean
  /** Asked once about all of them, and again where one has come to need more machines. */
  confirm(plans: readonly PlanResult[]): Promise<void>
}

interface Planned {
  found: Preflight
  own: Ports
}

export async function deployAll(
  requests: readonly DeployRequest[],
  { waitLock, failFast, confirm }: DeployAllOptions,
  ports: Ports,
): Promise<Several<DeployResult>> {
  const planned = await planAll(requests, tellTargetOnce(requests, ports))
  await confirm(planned.map(({ found }) => planResultOf(found.first)))
  const keys = planned.map(({ found: { first } }) => ({ name: first.plan.objectName, namespace: first.plan.namespace }))
  const watches = createRunWatches(keys, ports)
  const turns = createTurns()
  const one = oneAtATime((plan: PlanResult) => confirm([plan]))
  const jobs = planned.map(({ found, own }): Job<DeployResult> => {
    const { objectName, namespace, pool } = found.first.plan
    // What each puts on nodes that are there, the next one must see.
    const turn = pool.mode === 'existing' ? turns.next() : undefined
    const options = { waitLock, watches, confirm: one, ...(turn === undefined ? {} : { turn }) }
    return { workspace: objectName, namespace, ports: own, run: (given) => deploy(found, options, given) }
  })
  return sideBySide(jobs, { failFast }, ports).finally(watches.close)
}

/** What is refused of one is told with what is refused of the others. */
async function planAll(requests: readonly DeployRequest[], ports: Ports): Promise<Planned[]> {
  const planned: Planned[] = []
  const refused: unknown[] = []
  const check = createClusterCheck()
  for (const request of requests) {
    const own = portsFor(request, requests, ports)
    try {
      planned.push({ found: await preflight(request, check, own), own })
    } catch (error) {
      ports.signal.throwIfAborted()
      refused.push(...errorsIn(error).map((each) => nameError(each, request, requests)))
    }
  }
  if (refused.length > 0) throw errorFrom(refused)
  return planned
}

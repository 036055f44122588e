/** Several workspaces taken away: all are looked at and asked about before the first of them is touched, then side by side. */
import { KINDS, refTo } from '#core/objects/kinds.ts'
import { leaseName } from '#core/objects/labels.ts'
import type { DeleteResult } from '#core/results.ts'
import { type DestroyRequest, describeFound, type Found } from '../../observe/owned.ts'
import { unknownWorkspaces } from '../../observe/unknown-workspace.ts'
import type { Ports } from '../../ports.ts'
import { destroy, type Looked, lookAt } from '../delete.ts'
import { createRunWatches } from '../run-watches.ts'
import { namedPorts, tellTargetOnce } from './named.ts'
import { type Job, oneAtATime, type Several, sideBySide } from './side-by-side.ts'

export interface DestroyAllOptions {
  waitLock: boolean
  /** The first that fails stops the others. */
  failFast: boolean
  /** What is not there is no failure. */
  ignoreNotFound: boolean
  /** Asked once about all of them, and again where there has come to be more of one. */
  confirm(found: readonly Found[]): Promise<void>
}

type Looking = { request: DestroyRequest; own: Ports } & ({ looked: Looked } | { error: unknown })

/** NOT_FOUND, and nothing is deleted, when one of them is not there. */
export async function destroyAll(
  requests: readonly DestroyRequest[],
  { waitLock, failFast, ignoreNotFound, confirm }: DestroyAllOptions,
  ports: Ports,
): Promise<Several<DeleteResult>> {
  const looking = await lookAtAll(requests, tellTargetOnce(requests, ports))
  const missing = ignoreNotFound ? [] : await missingOf(looking, ports)
  if (missing.length > 0) throw await unknownWorkspaces(missing, requests.length > 1, ports)
  await confirm(looking.flatMap((each) => ('looked' in each ? [each.looked.first] : [])))
  const keys = requests.map(({ objectName: name, placement: { namespace } }) => ({ name, namespace }))
  const watches = createRunWatches(keys, ports)
  const options = { waitLock, watches, confirm: oneAtATime((found: Found) => confirm([found])) }
  const jobs = looking.map(
    (each): Job<DeleteResult> => ({
      workspace: each.request.objectName,
      namespace: each.request.placement.namespace,
      ports: each.own,
      // What could not be looked at keeps none of the others from being taken away.
      run: (given) => ('looked' in each ? destroy(each.looked, options, given) : Promise.reject(each.error)),
    }),
  )
  return sideBySide(jobs, { failFast }, ports).finally(watches.close)
}

async function lookAtAll(requests: readonly DestroyRequest[], ports: Ports): Promise<Looking[]> {
  const looking: Looking[] = []
  for (const request of requests) {
    const own = namedPorts(request.objectName, requests, ports)
    try {
      looking.push({ request, own, looked: await lookAt(request, own) })
    } catch (error) {
      ports.signal.throwIfAborted()
      looking.push({ request, own, error })
    }
  }
  return looking
}

/** A run that was killed at its very end has left its Lease: that goes, too. */
async function missingOf(looking: readonly Looking[], { kube, signal }: Ports): Promise<DestroyRequest[]> {
  const missing: DestroyRequest[] = []
  for (const each of looking) {
    if (!('looked' in each) || describeFound(each.looked.first).length > 0) continue
    const { objectName, placement } = each.request
    const lease = await kube.get(refTo(KINDS.lease, leaseName(objectName), placement.namespace), signal)
    if (lease === undefined) missing.push(each.request)
  }
  return missing
}

/** Several workspaces taken away: all are looked at and asked about before the first of them is touched, then side by side. */
import type { DeleteResult } from '#core/results.ts'
import type { DestroyRequest, Found } from '../../observe/owned.ts'
import type { Ports } from '../../ports.ts'
import { destroy, type Looked, lookAt } from '../delete.ts'
import { createRunWatches } from '../run-watches.ts'
import { namedPorts, tellTargetOnce } from './named.ts'
import { type Job, oneAtATime, type Several, sideBySide } from './side-by-side.ts'

export interface DestroyAllOptions {
  waitLock: boolean
  /** The first that fails stops the others. */
  failFast: boolean
  /** Asked once about all of them, and again where there has come to be more of one. */
  confirm(found: readonly Found[]): Promise<void>
}

type Looking = { request: DestroyRequest; own: Ports } & ({ looked: Looked } | { error: unknown })

export async function destroyAll(
  requests: readonly DestroyRequest[],
  { waitLock, failFast, confirm }: DestroyAllOptions,
  ports: Ports,
): Promise<Several<DeleteResult>> {
  const looking = await lookAtAll(requests, tellTargetOnce(requests, ports))
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

/** The ends of the logs of containers that ended: an engine says there why. */
import { hasCode } from '#core/errors.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import type { Engine } from '#core/plan/engine.ts'
import type { EndOfLog } from '#core/status/diagnosis.ts'
import { crashLogOf } from '#core/status/pods.ts'
import type { Ports } from '../../ports.ts'

/** A traceback has about a hundred lines, and each of an engine's processes may write one. */
const LOG_LINES = 500

/** Reads the log of each crash into `found`, by pod. True: there is something new to judge by. */
export function createLogReader(found: Map<string, EndOfLog>, ports: Ports, signal: AbortSignal) {
  const read = new Set<string>()
  return async (pods: readonly KubeObject[], engine: Engine): Promise<boolean> => {
    const logs = await Promise.all(
      pods.map(async (pod) => {
        const crash = crashLogOf(pod)
        if (crash === undefined || read.has(crash.key)) return false
        read.add(crash.key)
        const { container, isPrevious: previous } = crash
        const options = { signal, container, previous, tailLines: LOG_LINES }
        const log = await ports.kube.logs(refOf(pod), options).catch((error: unknown) => {
          // Without the right to read logs the rest of the evidence must do; a kubelet that is busy is asked again.
          return hasCode(error, 'PERMISSION_DENIED') ? '' : undefined
        })
        if (log === undefined) read.delete(crash.key)
        if (log === undefined || log === '') return false
        found.set(pod.metadata.name, { text: log, engine })
        return true
      }),
    )
    return logs.includes(true)
  }
}

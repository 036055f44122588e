/** The engine's log, of one pod or of all, each line with its pod when there are several. */
import { KaitoError } from '#core/errors.ts'
import { refOf } from '#core/kube-object.ts'
import type { Ports } from './ports.ts'

export interface LogsRequest {
  objectName: string
  namespace: string
  follow: boolean
  previous: boolean
  tailLines?: number
}

export async function readLogs(request: LogsRequest, write: (text: string) => void, ports: Ports): Promise<void> {
  const { objectName, namespace, follow, previous, tailLines } = request
  const labelSelector = `kaito.sh/workspace=${objectName}`
  const pods = await ports.kube.list(
    { apiVersion: 'v1', kind: 'Pod', namespace },
    { signal: ports.signal, labelSelector },
  )
  if (pods.length === 0) throw noPods(request)
  const options = { signal: ports.signal, previous, ...(tailLines === undefined ? {} : { tailLines }) }
  const prefix = (pod: string): string => (pods.length > 1 ? `[${pod}] ` : '')
  await Promise.all(
    pods.map(async (pod) => {
      const start = prefix(pod.metadata.name)
      if (!follow) {
        const text = await ports.kube.logs(refOf(pod), options)
        write(text === '' ? '' : text.trimEnd().replace(/^/gm, start).concat('\n'))
        return
      }
      for await (const line of ports.kube.followLogs(refOf(pod), options)) write(`${start}${line}\n`)
    }),
  )
}

function noPods({ objectName, namespace }: LogsRequest): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${objectName} has no pod in namespace ${namespace}.`,
    hint: `See why: kaito status ${objectName} -n ${namespace}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

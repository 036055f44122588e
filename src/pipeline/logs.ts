/** The engine's log, of one pod or of all, each line with its pod when there are several. */
import { KaitoError } from '#core/errors.ts'
import { refOf } from '#core/kube-object.ts'
import type { Ports } from './ports.ts'

export interface LogsRequest {
  objectName: string
  namespace: string
  previous: boolean
  tailLines?: number
}

export async function readLogs(request: LogsRequest, write: (text: string) => void, ports: Ports): Promise<void> {
  const { objectName, namespace, previous, tailLines } = request
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
      const text = await ports.kube.logs(refOf(pod), options)
      write(text === '' ? '' : text.trimEnd().replace(/^/gm, start).concat('\n'))
    }),
  )
}

export function noPods({ objectName, namespace }: Pick<LogsRequest, 'objectName' | 'namespace'>): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${objectName} has no pod in namespace ${namespace}.`,
    hint: `See why: kaito status ${objectName} -n ${namespace}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

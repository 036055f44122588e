/** Brings the endpoint to a port of this machine, for as long as it is wanted: each connection goes to a Ready pod. */
import type { PodPort } from '#cluster/cluster.ts'
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { workspaceSelector } from '#core/objects/labels.ts'
import { isPodReady } from '#core/status/rollout.ts'
import type { Ports } from '../ports.ts'
import { ENGINE_CONTAINER } from './address.ts'

export interface ForwardRequest {
  objectName: string
  namespace: string
  /** 0: one that is free. */
  localPort: number
}

/** Calls `onOpen` with the port, then ends with the signal alone. */
export async function forwardLocally(
  request: ForwardRequest,
  onOpen: (port: number) => void,
  ports: Ports,
): Promise<never> {
  const { objectName, namespace, localPort } = request
  const { kube, signal } = ports
  const ready = new Map<string, PodPort>()
  let turn = 0
  const pick = (): PodPort => {
    const pods = [...ready.values()]
    const pod = pods[turn++ % Math.max(1, pods.length)]
    if (pod !== undefined) return pod
    throw new KaitoError({
      code: 'NOT_ANSWERING',
      phase: 'verify',
      message: `No pod of workspace ${objectName} is Ready.`,
      hint: advice`See why: ${kaito('status', { workspace: objectName, namespace })}`,
      retryable: 'later',
    })
  }
  const local = await kube.listen(localPort, pick, (error) =>
    ports.emit({
      type: 'warning',
      phase: 'verify',
      code: 'not-forwarded',
      message: error instanceof Error ? error.message : String(error),
    }),
  )
  try {
    onOpen(local.port)
    const options = { signal, labelSelector: workspaceSelector(objectName) }
    for await (const event of kube.watch(kindIn(KINDS.pod, namespace), options)) {
      if (!('object' in event)) continue
      const { name } = event.object.metadata
      const port = portOf(event.object)
      if (event.type === 'deleted' || !isPodReady(event.object) || port === undefined) ready.delete(name)
      else ready.set(name, { pod: refOf(event.object), port })
    }
    signal.throwIfAborted()
    throw signal.reason
  } finally {
    local.close()
  }
}

interface PodBody {
  spec?: { containers?: { name: string; ports?: { containerPort: number }[] }[] }
}

/** Where its engine listens. */
function portOf(pod: KubeObject): number | undefined {
  return (pod as PodBody).spec?.containers?.find(({ name }) => name === ENGINE_CONTAINER)?.ports?.[0]?.containerPort
}

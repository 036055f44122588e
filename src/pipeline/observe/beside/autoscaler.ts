/** Does anything add nodes to this cluster by itself? Then a pod that fits nowhere may still get its node. */
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { Ports } from '../../ports.ts'

/** Where cluster-autoscaler reports; also where a cloud runs it. */
const STATUS = refTo(KINDS.configMap, 'cluster-autoscaler-status', 'kube-system')

/** An autoscaler looks every ten seconds and says what it found; one that says nothing for so long adds nothing. */
const THERE_MS = 120_000
/** Where this identity may not look: with the time for which a hopeless state must hold, one scan of an autoscaler. */
const UNKNOWN_MS = 9_000

/** For how long a pod that fits nowhere may wait for an autoscaler to say something of it. */
export async function autoscalerMs({ kube, signal }: Ports): Promise<number> {
  const [status, karpenter] = await Promise.all([
    kube.get(STATUS, signal).then(
      (found) => found !== undefined,
      () => undefined,
    ),
    kube.list(KINDS.node, { signal, labelSelector: 'karpenter.sh/nodepool' }).then(
      (nodes) => nodes.length > 0,
      () => undefined,
    ),
  ])
  signal.throwIfAborted()
  if (status === true || karpenter === true) return THERE_MS
  return status === undefined || karpenter === undefined ? UNKNOWN_MS : 0
}

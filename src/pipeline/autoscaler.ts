/** Does anything add nodes to this cluster by itself? Then a pod that fits nowhere may still get its node. */
import type { Ports } from './ports.ts'

/** Where cluster-autoscaler reports; also where AKS, EKS add-ons and GKE run it. */
const STATUS = { apiVersion: 'v1', kind: 'ConfigMap', name: 'cluster-autoscaler-status', namespace: 'kube-system' }

/** False also when this identity may not look: then only what an autoscaler says on the pod counts. */
export async function hasAutoscaler({ kube, signal }: Ports): Promise<boolean> {
  const [status, karpenter] = await Promise.all([
    kube.get(STATUS, signal).catch(() => undefined),
    kube.list({ apiVersion: 'v1', kind: 'Node' }, { signal, labelSelector: 'karpenter.sh/nodepool' }).catch(() => []),
  ])
  signal.throwIfAborted()
  return status !== undefined || karpenter.length > 0
}

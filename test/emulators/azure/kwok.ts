/** Nodes that kwok plays: it looks after those that say so. */
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { KubeCall } from '#sandbox/clouds/machines.ts'

const PLAYED = { 'kwok.x-k8s.io/node': 'fake' }

export function playedByKwok(node: KubeObject): KubeObject {
  return { ...node, metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, ...PLAYED } } }
}

/** Every node that is made this way is one of them. */
export function withKwok(kube: KubeCall): KubeCall {
  return (method, path, body) =>
    kube(method, path, method === 'POST' && path === '/api/v1/nodes' ? playedByKwok(body as KubeObject) : body)
}

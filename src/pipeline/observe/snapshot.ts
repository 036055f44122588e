/** Everything in the cluster that bears a workspace's label, in one round of lists. */
import { KINDS, type KindRef, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import {
  isNodeOf,
  isOfComponent,
  managedSelector,
  SERVICE_LABEL,
  serviceSelector,
  WORKSPACE_LABEL,
  workspaceSelector,
} from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import { ifPermitted } from './if-permitted.ts'

export interface Shelf {
  roots: KubeObject[]
  revisions: KubeObject[]
  deployments: KubeObject[]
  services: KubeObject[]
  replicaSets: KubeObject[]
  pods: KubeObject[]
  slices: KubeObject[]
  nodes: KubeObject[]
}

export async function readShelf(
  request: { namespace: string | undefined; objectName: string | undefined },
  ports: Ports,
): Promise<Shelf> {
  const { namespace, objectName } = request
  const own = workspaceSelector(objectName)
  const list = (kind: KindRef, labelSelector: string): Promise<KubeObject[]> =>
    ports.kube.list(kindIn(kind, namespace), {
      signal: ports.signal,
      labelSelector,
    })
  const [maps, deployments, services, replicaSets, pods, slices, nodes = []] = await Promise.all([
    list(KINDS.configMap, managedSelector(objectName)),
    list(KINDS.deployment, own),
    list(KINDS.service, own),
    list(KINDS.replicaSet, own),
    list(KINDS.pod, own),
    list(KINDS.endpointSlice, serviceSelector(objectName)),
    ifPermitted(ports.kube.list(KINDS.node, { signal: ports.signal, labelSelector: own })),
  ])
  return {
    roots: maps.filter((map) => isOfComponent(map, 'root')),
    revisions: maps.filter((map) => isOfComponent(map, 'revision')),
    deployments,
    services,
    replicaSets,
    pods,
    slices,
    nodes,
  }
}

export function shelfOf(shelf: Shelf, root: KubeObject): Shelf {
  const { namespace = '', labels } = root.metadata
  const name = labels?.[WORKSPACE_LABEL] ?? ''
  const isOwn = (object: KubeObject): boolean =>
    object.metadata.namespace === namespace && object.metadata.labels?.[WORKSPACE_LABEL] === name
  return {
    roots: [root],
    revisions: shelf.revisions.filter(isOwn),
    deployments: shelf.deployments.filter(isOwn),
    services: shelf.services.filter(isOwn),
    replicaSets: shelf.replicaSets.filter(isOwn),
    pods: shelf.pods.filter(isOwn),
    slices: shelf.slices.filter(
      (s) => s.metadata.namespace === namespace && s.metadata.labels?.[SERVICE_LABEL] === name,
    ),
    nodes: shelf.nodes.filter((node) => isNodeOf(node, name, namespace)),
  }
}

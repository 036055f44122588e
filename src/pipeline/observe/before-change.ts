/** The picture that a change begins with: the workspace as the API server keeps it, and the cluster around it. */
import { hasCode } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../ports.ts'
import { timeOf } from '../time/pace.ts'
import { ifPermitted } from './if-permitted.ts'
import { createMemory, cut, type Key, NOTHING_BESIDE } from './memory.ts'
import { type Placement, readClusterUid } from './target.ts'

/** What is read of the workspace itself. */
interface Kept {
  root: Snapshot['root'] | Promise<Snapshot['root']>
  revisions?: Promise<readonly KubeObject[]>
  /** Whether a workspace with this root can be changed by whoever sees its namespace alone. */
  isNamespaceEnough?(root: Snapshot['root']): boolean
}

/** One round of parallel reads, nothing written. */
export async function pictureBefore(
  key: Key,
  kept: Kept,
  placement: Pick<Placement, 'ownNodes'>,
  ports: Ports,
): Promise<Snapshot> {
  const optional = <T>(read: Promise<T>): Promise<T | undefined> =>
    optionalOn(placement)(read).catch(async (error: unknown) => {
      const isEnough = hasCode(error, 'PERMISSION_DENIED') && kept.isNamespaceEnough?.(await kept.root) === true
      if (!isEnough) throw error
      return undefined
    })
  const [root, revisions = [], clusterUid, allNodes] = await Promise.all([
    kept.root,
    kept.revisions,
    optional(readClusterUid(ports)),
    optional(ports.kube.list(KINDS.node, { signal: ports.signal })),
  ])
  const memory = createMemory(() => timeOf(ports), ports.workloads)
  for (const object of [...(root === undefined ? [] : [root.object]), ...revisions]) memory.learn('maps', object)
  const unseen = new Set(allNodes === undefined ? (['nodes'] as const) : [])
  return { ...cut(memory, key, { ...NOTHING_BESIDE, clusterUid, allNodes, unseen }), root, revisions }
}

/** With the pods that hold GPUs, wherever they are. */
export async function withPods(
  seen: Snapshot,
  placement: Pick<Placement, 'ownNodes'>,
  ports: Ports,
): Promise<Snapshot> {
  const allPods = await optionalOn(placement)(ports.kube.list(KINDS.pod, { signal: ports.signal }))
  if (allPods !== undefined) return { ...seen, allPods }
  return { ...seen, unseen: new Set([...seen.unseen, 'all pods']) }
}

/** On one's own nodes nothing outside the namespace is needed, only good to know. */
function optionalOn({ ownNodes }: Pick<Placement, 'ownNodes'>): <T>(read: Promise<T>) => Promise<T | undefined> {
  return (read) => (ownNodes === true ? ifPermitted(read) : read)
}

/** The picture that a change begins with: the workspace as the API server keeps it, and the cluster around it. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../ports.ts'
import { timeOf } from '../time/pace.ts'
import { ifPermitted } from './if-permitted.ts'
import { createMemory, cut, type Key, NOTHING_BESIDE } from './memory.ts'
import { readClusterUid } from './target.ts'

/** What is read of the workspace itself. */
interface Kept {
  root: Snapshot['root'] | Promise<Snapshot['root']>
  revisions?: Promise<readonly KubeObject[]>
  /** Whether a workspace with this root can be changed by whoever sees its namespace alone. */
  isNamespaceEnough(root: Snapshot['root']): boolean
}

/** One round of parallel reads, nothing written. */
export async function pictureBefore(key: Key, kept: Kept, ports: Ports): Promise<Snapshot> {
  const isEnough = async (): Promise<boolean> => kept.isNamespaceEnough(await kept.root)
  const [root, revisions = [], clusterUid, allNodes] = await Promise.all([
    kept.root,
    kept.revisions,
    ifPermitted(readClusterUid(ports), isEnough),
    ifPermitted(ports.kube.list(KINDS.node, { signal: ports.signal }), isEnough),
  ])
  const memory = createMemory(() => timeOf(ports), ports.workloads)
  // It tells the kind of work.
  if (root !== undefined) memory.learn('maps', root.object)
  const unseen = new Set(allNodes === undefined ? (['nodes'] as const) : [])
  return { ...cut(memory, key, { ...NOTHING_BESIDE, clusterUid, allNodes, unseen }), root, revisions }
}

/** With the pods that hold GPUs, wherever they are. */
export async function withPods(seen: Snapshot, isNamespaceEnough: boolean, ports: Ports): Promise<Snapshot> {
  const list = ports.kube.list(KINDS.pod, { signal: ports.signal })
  const allPods = await ifPermitted(list, () => isNamespaceEnough)
  if (allPods !== undefined) return { ...seen, allPods }
  return { ...seen, unseen: new Set([...seen.unseen, 'all pods']) }
}

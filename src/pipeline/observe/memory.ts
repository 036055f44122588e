/** What has been seen of the cluster so far, folded from lists, watches and answers; a workspace is cut out of it. */
import type { WatchEvent } from '#cluster/cluster.ts'
import type { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeOf, isOfComponent, leaseName, SERVICE_LABEL, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import { type RootState, readRoot } from '#core/state/root.ts'
import { isUnscheduled } from '#core/status/scheduling.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Work } from '#core/status/work.ts'
import { type Workloads, workloadOf } from '#core/workload/workload.ts'
import { createIndex, type Index } from './by-workspace.ts'
import { idIn, type SeenId, type SeenKind, type SeenKinds, seenKinds } from './seen-kinds.ts'

export interface Memory {
  readonly workloads: Workloads
  readonly kinds: SeenKinds
  kindOf(id: SeenId): SeenKind
  fold(id: SeenId, event: WatchEvent): void
  /** What an answer has said of an object: an older word that a watch brings later is no news. */
  learn(id: SeenId, object: KubeObject): void
  /** The same, of an object whose kind is looked at. */
  learnStored(object: KubeObject): void
  /** A list is asked for; what is learned from now on it need not have. */
  beginList(id: SeenId): void
  /** All that is there, by a list: nobody tells of what has gone while nobody watched. */
  replace(id: SeenId, objects: readonly KubeObject[]): void
  /** This identity may not look. */
  hide(id: SeenId, refusal: KaitoError): void
  refusalOf(id: SeenId): KaitoError | undefined
  all(id: SeenId): KubeObject[]
  /** Those of which a label names the workspace. */
  labelled: Index
  /** When a pod began to wait for a node, by uid, if that was seen. */
  readonly begun: ReadonlyMap<string, number>
}

/** @param now of our own, for what begins before our eyes. */
export function createMemory(now: () => Date, workloads: Workloads): Memory {
  const kinds = seenKinds(workloads)
  const objects = new Map<SeenId, Map<string, KubeObject>>()
  const synced = new Set<SeenId>()
  const hidden = new Map<SeenId, KaitoError>()
  const begun = new Map<string, number>()
  const objectsOf = (id: SeenId): Map<string, KubeObject> => {
    const known = objects.get(id) ?? new Map<string, KubeObject>()
    objects.set(id, known)
    return known
  }
  const versions = new Map<SeenId, number>()
  const changed = (id: SeenId): void => void versions.set(id, (versions.get(id) ?? 0) + 1)
  const drop = (id: SeenId, object: KubeObject): void => {
    forget(objectsOf(id), object)
    changed(id)
  }
  const keep = (id: SeenId, object: KubeObject): void => {
    const before = objectsOf(id).get(keyOf(object))
    if (before !== undefined && isOlder(object, before)) return
    objectsOf(id).set(keyOf(object), object)
    changed(id)
    if (id === 'pods') note(object, before)
  }
  const note = (pod: KubeObject, before: KubeObject | undefined): void => {
    const { uid = '' } = pod.metadata
    if (!isUnscheduled(pod)) begun.delete(uid)
    else if (synced.has('pods') && (before === undefined || !isUnscheduled(before))) begun.set(uid, now().getTime())
  }
  const learned = new Map<SeenId, Set<string | undefined>>()
  const learn = (id: SeenId, object: KubeObject): void => {
    learned.get(id)?.add(object.metadata.uid)
    keep(id, object)
  }
  return {
    workloads,
    kinds,
    kindOf(id) {
      const kind = kinds[id]
      if (kind === undefined) throw new Error(`nobody looks at ${id}`)
      return kind
    },
    beginList: (id) => void learned.set(id, new Set()),
    replace(id, listed) {
      const here = new Set(listed.map(({ metadata }) => metadata.uid))
      for (const object of objectsOf(id).values())
        if (!here.has(object.metadata.uid) && learned.get(id)?.has(object.metadata.uid) !== true) drop(id, object)
      for (const object of listed) keep(id, object)
    },
    fold(id, event) {
      if (event.type === 'synced') synced.add(id)
      else if (event.type === 'deleted') drop(id, event.object)
      else if ('object' in event) keep(id, event.object)
    },
    learn,
    learnStored(object) {
      const id = idIn(kinds, object)
      if (id !== undefined) learn(id, object)
    },
    hide: (id, refusal) => void hidden.set(id, refusal),
    refusalOf: (id) => hidden.get(id),
    all: (id) => [...objectsOf(id).values()],
    labelled: createIndex(
      (id) => objectsOf(id).values(),
      (id) => versions.get(id) ?? 0,
    ),
    begun,
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** Another of the same name has come since: its end is not told by the end of the one before. */
function forget(known: Map<string, KubeObject>, gone: KubeObject): void {
  const there = known.get(keyOf(gone))
  if (there?.metadata.uid === gone.metadata.uid) known.delete(keyOf(gone))
}

/** Versions of one object are numbers that grow (https://kep.k8s.io/5504); where they are not, the last word counts. */
function isOlder({ metadata: said }: KubeObject, { metadata: known }: KubeObject): boolean {
  if (said.uid !== known.uid) return false
  const [a = '', b = ''] = [said.resourceVersion, known.resourceVersion]
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return false
  return a.length < b.length || (a.length === b.length && a < b)
}

function rootsIn(memory: Memory): KubeObject[] {
  return memory.all('maps').filter((map) => isOfComponent(map, 'root'))
}

export function leaseOf(memory: Memory, { name, namespace }: Key): KubeObject | undefined {
  return memory
    .all('leases')
    .find(({ metadata }) => metadata.name === leaseName(name) && metadata.namespace === namespace)
}

/** Names one workspace. */
export interface Key {
  name: string
  namespace: string
}

export function keysIn(memory: Memory): Key[] {
  return rootsIn(memory).flatMap((root) => {
    const name = root.metadata.labels?.[WORKSPACE_LABEL]
    return name === undefined || readRoot(root) === undefined
      ? []
      : [{ name, namespace: root.metadata.namespace ?? '' }]
  })
}

/** What no list and no watch tells of it. */
export type Beside = Pick<
  Snapshot,
  | 'run'
  | 'volumes'
  | 'clusterUid'
  | 'allNodes'
  | 'allPods'
  | 'crashLogs'
  | 'pool'
  | 'leaving'
  | 'autoscalerMs'
  | 'claimMs'
  | 'unseen'
>

export const NOTHING_BESIDE: Beside = {
  run: 'none',
  volumes: undefined,
  clusterUid: undefined,
  allNodes: undefined,
  allPods: undefined,
  crashLogs: new Map(),
  pool: { kind: 'none' },
  leaving: new Map(),
  autoscalerMs: 0,
  claimMs: Number.POSITIVE_INFINITY,
  unseen: new Set(),
}

/** As its root says, or as what there is of it shows. */
function workOf(state: RootState | undefined, worker: KubeObject | undefined, workloads: Workloads): Work {
  if (state !== undefined) return workloadOf(state.spec, workloads)
  const shown = workloads.find((each) => each.worker.kind === worker?.kind) ?? workloads.at(-1)
  if (shown === undefined) throw new Error('there is no kind of work')
  return shown
}

/** The workspace of that name. */
export function cut(memory: Memory, { name, namespace }: Key, beside: Beside = NOTHING_BESIDE): Snapshot {
  const own = (id: SeenId): readonly KubeObject[] => memory.labelled(id, WORKSPACE_LABEL, { name, namespace })
  const object = own('maps').find((map) => isOfComponent(map, 'root'))
  const state = object === undefined ? undefined : readRoot(object)
  const worker = memory.workloads.flatMap(({ worker: { plural } }) => own(plural))[0]
  return {
    ...beside,
    name,
    namespace,
    root: object === undefined || state === undefined ? undefined : { object, state },
    revisions: own('maps').filter((map) => isOfComponent(map, 'revision')),
    work: workOf(state, worker, memory.workloads),
    worker,
    services: own('services'),
    replicaSets: own('replicaSets'),
    pods: own('pods'),
    slices: memory.labelled('slices', SERVICE_LABEL, { name, namespace }),
    nodes: memory
      .labelled('nodes', WORKSPACE_LABEL, { name, namespace: undefined })
      .filter((node) => isNodeOf(node, name, namespace)),
    events: memory.all('events').filter(({ metadata }) => metadata.namespace === namespace),
    begun: memory.begun,
    unseen: new Set([
      ...beside.unseen,
      ...(['nodes', 'events'] as const).filter((id) => memory.refusalOf(id) !== undefined),
    ]),
  }
}

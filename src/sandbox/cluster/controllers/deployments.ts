/** Deployments → ReplicaSets: rollouts by surge, in turn, or all at once, and the status that tells how far they are. */

import { createHash } from 'node:crypto'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type Condition, withCondition } from '../../pod.ts'
import { now, type ObjectStore } from '../store/objects.ts'
import { suffix } from './bodies.ts'
import type { World } from './loop.ts'
import { podsOf, type ReplicaSet } from './replica-sets.ts'

interface Deployment extends KubeObject {
  spec: {
    replicas?: number
    paused?: boolean
    revisionHistoryLimit?: number
    selector: { matchLabels: Record<string, string> }
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } }
    template: ReplicaSet['spec']['template']
  }
  status?: { conditions?: Condition[] }
}

const HASH_LABEL = 'pod-template-hash'
const REVISION = 'deployment.kubernetes.io/revision'

export function reconcileDeployments({ store }: World): undefined {
  for (const deployment of store.list(KINDS.deployment) as Deployment[]) {
    const sets = (store.list(KINDS.replicaSet, deployment.metadata.namespace) as ReplicaSet[]).filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid),
    )
    const hash = hashOf(deployment.spec.template)
    const known = sets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash)
    if (deployment.spec.paused === true && known === undefined) {
      report(store, deployment, sets, undefined)
      continue
    }
    const current = known === undefined ? createSet(store, deployment, sets, hash) : newest(store, known, sets)
    const old = sets.filter(({ metadata }) => metadata.uid !== current.metadata.uid)
    if (deployment.spec.paused !== true) roll(store, deployment, current, old)
    forget(store, deployment, old)
    report(store, deployment, [...old, current], current)
  }
}

/** A template that is used again becomes the newest revision. */
function newest(store: ObjectStore, known: ReplicaSet, sets: ReplicaSet[]): ReplicaSet {
  const highest = Math.max(...sets.map(revisionOf))
  if (revisionOf(known) === highest) return known
  const annotations = { ...known.metadata.annotations, [REVISION]: String(highest + 1) }
  return store.put({ ...known, metadata: { ...known.metadata, annotations } }) as ReplicaSet
}

function hashOf(template: object): string {
  return suffix(createHash('sha256').update(canonicalJson(template)).digest('hex'), 10)
}

function createSet(store: ObjectStore, deployment: Deployment, sets: ReplicaSet[], hash: string): ReplicaSet {
  const { name, namespace = '', uid = '' } = deployment.metadata
  const { template, selector } = deployment.spec
  const labels = { ...template.metadata.labels, [HASH_LABEL]: hash }
  const revision = 1 + Math.max(0, ...sets.map((s) => Number(s.metadata.annotations?.[REVISION] ?? 0)))
  return store.put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { [REVISION]: String(revision) },
      generation: 1,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid }],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as KubeObject) as ReplicaSet
}

/** Percentages are of the replicas: surge rounds up, unavailable rounds down. */
function share(value: number | string | undefined, replicas: number, isUp: boolean): number {
  if (typeof value === 'number') return value
  const part = (Number.parseInt(value ?? '25%', 10) / 100) * replicas
  return isUp ? Math.ceil(part) : Math.floor(part)
}

function roll(store: ObjectStore, deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]): void {
  const { replicas = 1, strategy = {} } = deployment.spec
  if (strategy.type === 'Recreate') {
    for (const set of old) scale(store, set, 0)
    if (old.every((set) => podsOf(store, set).length === 0)) scale(store, current, replicas)
    return
  }
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {}
  const surge = share(maxSurge, replicas, true)
  const unavailable = share(maxUnavailable, replicas, false)
  const most = replicas + (surge === 0 && unavailable === 0 ? 1 : surge)
  const oldWanted = old.reduce((sum, { spec }) => sum + spec.replicas, 0)
  const room = Math.max(0, most - oldWanted)
  scale(store, current, Math.min(replicas, Math.max(room, Math.min(current.spec.replicas, replicas))))
  const available = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0
  let spare = available(current) + old.reduce((sum, set) => sum + available(set), 0) - (replicas - unavailable)
  for (const set of old) {
    const broken = set.spec.replicas - available(set)
    const fewer = Math.min(set.spec.replicas, broken + Math.max(0, spare))
    spare -= fewer - broken
    scale(store, set, set.spec.replicas - fewer)
  }
}

function scale(store: ObjectStore, set: ReplicaSet, replicas: number): void {
  if (set.spec.replicas === replicas) return
  const live = store.get(KINDS.replicaSet, set.metadata.namespace, set.metadata.name) as ReplicaSet | undefined
  if (live === undefined) return
  const generation = (live.metadata.generation ?? 0) + 1
  store.put({ ...live, metadata: { ...live.metadata, generation }, spec: { ...live.spec, replicas } })
}

function forget(store: ObjectStore, { spec }: Deployment, old: ReplicaSet[]): void {
  const empty = old.filter((set) => set.spec.replicas === 0 && podsOf(store, set).length === 0)
  const byAge = empty.sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of byAge.slice(0, Math.max(0, byAge.length - (spec.revisionHistoryLimit ?? 10)))) store.remove(set)
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION] ?? 0)
}

function report(store: ObjectStore, seen: Deployment, seenSets: ReplicaSet[], current: ReplicaSet | undefined): void {
  const deployment = store.get(KINDS.deployment, seen.metadata.namespace, seen.metadata.name) as Deployment | undefined
  if (deployment === undefined) return
  const sets = seenSets.flatMap(
    (s) => (store.get(KINDS.replicaSet, s.metadata.namespace, s.metadata.name) as ReplicaSet | undefined) ?? [],
  )
  const { replicas = 1 } = deployment.spec
  const mine = sets.find(({ metadata }) => metadata.uid === current?.metadata.uid)
  const revision = mine?.metadata.annotations?.[REVISION]
  const annotations = {
    ...deployment.metadata.annotations,
    ...(revision === undefined ? {} : { [REVISION]: revision }),
  }
  const sum = (field: 'replicas' | 'readyReplicas'): number =>
    sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0)
  const [updated, ready] = [mine?.status?.replicas ?? 0, sum('readyReplicas')]
  const isDone = updated === replicas && (mine?.status?.readyReplicas ?? 0) === replicas && sum('replicas') === replicas
  const available: Condition =
    ready >= replicas
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }
      : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }
  const reason = isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'
  const progressing: Condition = { type: 'Progressing', status: 'True', reason }
  const conditions = withCondition(withCondition(deployment.status?.conditions, available, now()), progressing, now())
  store.put({
    ...deployment,
    metadata: { ...deployment.metadata, ...(revision === undefined ? {} : { annotations }) },
    status: {
      observedGeneration: deployment.metadata.generation ?? 1,
      replicas: sum('replicas'),
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(0, replicas - ready),
      conditions,
    },
  })
}

/** Will the namespace let the new pods in? Its quotas are read, and the cluster is asked about a pod that is made of the template. */
import type { PlannedChange } from '#cluster/apply/change-set.ts'
import { advice, kubectl } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import { ADMISSION_FAILURES } from '#core/failures/cluster-signatures.ts'
import { recognise } from '#core/failures/signature.ts'
import { groupOf, KINDS, kindIn, rowOf, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type PodSpec, podAmounts } from '#core/objects/pod-amounts.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import { type Amounts, sum } from '#core/objects/quantity.ts'
import { type Right, refusedRight, rightsOn } from '#core/objects/rights.ts'
import { limitRefusal, type NewPods, needOf, quotaRefusals } from '#core/placement/namespace-room.ts'
import type { Plan } from '#core/plan/types.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'
import { type Checked, NOTHING_FOUND } from './checked.ts'

/** Of one run: what one of its workspaces takes, the next one has no more. */
export function createRoomCheck(): (prepared: Prepared, ports: Ports) => Promise<Checked> {
  const reads = new Map<string, Promise<KubeObject[] | undefined>>()
  const taken = new Map<string, Amounts>()
  return async (prepared, ports) => {
    const worker = workerWithNewPods(prepared)
    if (worker === undefined) return NOTHING_FOUND
    const { namespace } = prepared.plan
    const reading = reads.get(namespace) ?? readAll(KINDS.resourceQuota, namespace, ports)
    reads.set(namespace, reading)
    const [quotas, tried] = await Promise.all([reading, tryPod(worker, prepared.plan, ports)])
    const pods = newPods(prepared, worker, tried.spec ?? specIn(worker.object))
    const before = taken.get(namespace) ?? {}
    const tooSmall = quotaRefusals(quotas ?? [], { ...pods, need: sum([before, pods.need]) })
    taken.set(namespace, sum([before, pods.need]))
    // One pod more is not what comes of pods that go for others.
    const isNoNews = tried.isOfQuota === true && (tooSmall.length > 0 || worker.replacesPods)
    const limits = tried.unseen.length === 0 ? undefined : await limitsOf(pods, ports)
    return {
      refusals: [...tooSmall, ...(isNoNews ? [] : tried.refusals), ...(limits === undefined ? [] : [limits])],
      unseen: [...(quotas === undefined ? rightsOn(KINDS.resourceQuota, 'list') : []), ...tried.unseen],
    }
  }
}

/** Undefined: no pod more, and none that replaces another. */
function workerWithNewPods({ changes, replicas }: Prepared): PlannedChange | undefined {
  const worker = changes.find(({ object }) => podTemplateOf(object) !== undefined)
  if (worker === undefined || replicas === 0) return undefined
  return worker.replacesPods || replicas > podsOf(worker.live) ? worker : undefined
}

/** That the cluster has made of it. */
function podsOf(live: KubeObject | undefined): number {
  return (live as { status?: { replicas?: number } } | undefined)?.status?.replicas ?? 0
}

async function readAll(row: typeof KINDS.resourceQuota | typeof KINDS.limitRange, namespace: string, ports: Ports) {
  return ifPermitted(ports.kube.list(kindIn(row, namespace), { signal: ports.signal }))
}

/** Who may not try out a pod is told of limits by what they say themselves. */
async function limitsOf(pods: NewPods, ports: Ports): Promise<KaitoError | undefined> {
  return limitRefusal((await readAll(KINDS.limitRange, pods.namespace, ports)) ?? [], pods)
}

function newPods(prepared: Prepared, worker: PlannedChange, spec: PodSpec): NewPods {
  const { plan, replicas } = prepared
  const each = podAmounts(spec)
  const before = podAmounts(specIn(worker.live))
  const surge = worker.replacesPods ? surgeOf(plan, replicas) : 0
  const pods = needOf(each, replicas + surge, { each: before, replicas: podsOf(worker.live) })
  return { namespace: plan.namespace, spec, replicas, each, need: sum([pods, objectsOf(prepared, worker)]) }
}

/** Pods that are there beside those of before. */
function surgeOf({ update }: Prepared['plan'], replicas: number): number {
  return update.kind === 'move' ? replicas : update.kind === 'surge' ? 1 : 0
}

/** New objects, by the names that a quota has for them: those of the plan, what kaito keeps of it, and what makes the pods. */
function objectsOf({ changes, facts }: Prepared, worker: PlannedChange): Amounts {
  const made = changes.filter(({ change }) => change === 'created').map(({ ref }) => ref)
  const maps = facts.seen.root === undefined ? [KINDS.configMap, KINDS.configMap] : [KINDS.configMap]
  const sets = worker.live === undefined || worker.replacesPods ? [KINDS.replicaSet] : []
  return sum(
    [...made, ...maps, ...sets].map((ref): Amounts => {
      const row = rowOf(ref)
      if (row === undefined) return {}
      const group = groupOf(row)
      const counted = `count/${row.plural}${group === '' ? '' : `.${group}`}`
      return group === '' ? { [counted]: 1, [row.plural]: 1 } : { [counted]: 1 }
    }),
  )
}

function templateIn(worker: KubeObject | undefined): { metadata?: object; spec?: PodSpec } | undefined {
  return (worker as { spec?: { template?: { metadata?: object; spec?: PodSpec } } } | undefined)?.spec?.template
}

function specIn(worker: KubeObject | undefined): PodSpec {
  return templateIn(worker)?.spec ?? {}
}

interface Tried {
  /** As the cluster would make it. */
  spec?: PodSpec
  refusals: KaitoError[]
  isOfQuota?: boolean
  unseen: Right[]
}

async function tryPod({ object }: PlannedChange, plan: Plan, ports: Ports): Promise<Tried> {
  try {
    const { object: pod, warnings } = await ports.kube.tryCreate(podOf(object, plan), ports.signal)
    for (const message of warnings)
      ports.emit({ type: 'warning', phase: 'plan', code: 'cluster-warns', message: `The cluster warns: ${message}` })
    return { spec: (pod as { spec?: PodSpec }).spec ?? {}, refusals: [], unseen: [] }
  } catch (error) {
    return whyNot(error, plan, ports)
  }
}

/** As a controller would make it. Its ServiceAccount may be one that comes with the same deploy. */
function podOf(worker: KubeObject, { objectName, namespace }: Plan): KubeObject {
  const template = templateIn(worker)
  const { serviceAccountName: _account, ...spec } = template?.spec ?? {}
  const owner = { ...typeOf(KINDS.replicaSet), name: objectName, uid: NO_UID, controller: true }
  const metadata = { ...template?.metadata, name: `${objectName}-dry-run`, namespace, ownerReferences: [owner] }
  return { ...typeOf(KINDS.pod), metadata, spec } as KubeObject
}

const NO_UID = '00000000-0000-4000-8000-000000000000'

function whyNot(error: unknown, plan: Plan, { emit }: Ports): Tried {
  if (!hasCode(error, 'PERMISSION_DENIED', 'POD_REFUSED', 'INVALID_ARGUMENT', 'CONFLICT', 'UNAVAILABLE')) throw error
  const words = error.reason ?? ''
  const right = refusedRight(words)
  if (right !== undefined) return { refusals: [], unseen: [right] }
  // One of that name, or a ServiceAccount that every namespace gets in its first second: neither says a thing of the pods.
  if (error.code === 'CONFLICT' || /service ?account/i.test(words)) return { refusals: [], unseen: [] }
  const isUnasked = error.code === 'UNAVAILABLE' ? /webhook/.test(words) : /does not support dry run/.test(words)
  if (isUnasked) {
    const message = `Whether the cluster will take the pods could not be checked: ${words}.`
    emit({ type: 'warning', phase: 'plan', code: 'cluster-not-checked', message })
    return { refusals: [], unseen: [] }
  }
  if (error.code === 'UNAVAILABLE') throw error
  return { refusals: [refusalOf(error, words, plan)], isOfQuota: /exceeded quota/.test(words), unseen: [] }
}

function refusalOf(error: KaitoError, words: string, { objectName: workspace, namespace }: Plan): KaitoError {
  const cause = recognise(ADMISSION_FAILURES, words, { workspace, namespace, pod: workspace })
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: cause?.message ?? `The cluster would refuse the pods of ${workspace}.`,
    reason: words,
    hint: cause?.next ?? advice`Its words say why. See the namespace: ${kubectl('describe', 'namespace', namespace)}`,
    raw: error.raw,
    cause: error,
  })
}

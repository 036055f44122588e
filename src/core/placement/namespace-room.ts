/** What the quotas and limits of a namespace leave for new pods: read before machines are made for them. */
import { type Advice, advice, kubectl, setting } from '../advice.ts'
import { KaitoError } from '../errors.ts'
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { type PodSpec, podAmounts } from '../objects/pod-amounts.ts'
import { type Amounts, formatQuantity, quantity, times } from '../objects/quantity.ts'

export interface ResourceQuota extends KubeObject {
  spec?: {
    hard?: Record<string, string>
    scopes?: string[]
    scopeSelector?: { matchExpressions?: { scopeName: string; operator: string; values?: string[] }[] }
  }
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

interface LimitRange extends KubeObject {
  spec?: { limits?: { type: string; max?: Record<string, string> }[] }
}

/** Pods that are to come. */
export interface NewPods {
  namespace: string
  /** As the cluster would make each of them. */
  spec: PodSpec
  /** Of all of them, beside what goes for them, with the objects that come with them. */
  need: Amounts
  /** Copies of the server that were asked for, and what each takes. */
  replicas: number
  each: Amounts
}

/** One refusal for each quota that is too small. */
export function quotaRefusals(quotas: readonly KubeObject[], pods: NewPods): KaitoError[] {
  return quotas.flatMap((quota) => {
    const short = shortOf(quota, pods)
    return short.length === 0 ? [] : [tooSmall(quota, short, pods)]
  })
}

interface Short {
  resource: string
  hard: number
  used: number
  need: number
}

function shortOf(quota: ResourceQuota, { spec, need, each }: NewPods): Short[] {
  const hard = quota.status?.hard ?? quota.spec?.hard ?? {}
  if (!isInScope(quota, spec)) return []
  return Object.entries(hard).flatMap(([resource, most]) => {
    const [asked, used] = [need[resource] ?? 0, quantity(quota.status?.used?.[resource] ?? 0)]
    // Pods that go for others need no more, and are refused all the same where too much is used already.
    const isWanted = asked > 0 || (each[resource] ?? 0) > 0
    return isWanted && used + asked > quantity(most) ? [{ resource, hard: quantity(most), used, need: asked }] : []
  })
}

/** A scope that is not known here is left to the cluster. */
export function isInScope({ spec }: ResourceQuota, pod: PodSpec): boolean {
  const { scopes = [], scopeSelector } = spec ?? {}
  const selected = scopeSelector?.matchExpressions ?? []
  return (
    scopes.every((scope) => isIn(scope, pod) === true) &&
    selected.every(({ scopeName, operator, values = [] }) => {
      const isPriority = scopeName === 'PriorityClass'
      const found = isPriority ? priorityFits(operator, values, pod) : isIn(scopeName, pod)
      return operator === 'DoesNotExist' && !isPriority ? found === false : found === true
    })
  )
}

function isIn(scope: string, pod: PodSpec): boolean | undefined {
  const isBestEffort = Object.keys(podAmounts(pod)).every((name) => !/^(cpu|memory|limits\.)/.test(name))
  const isEnding = pod.activeDeadlineSeconds !== undefined
  const known: Record<string, boolean> = {
    BestEffort: isBestEffort,
    NotBestEffort: !isBestEffort,
    Terminating: isEnding,
    NotTerminating: !isEnding,
  }
  return known[scope]
}

function priorityFits(operator: string, values: readonly string[], { priorityClassName }: PodSpec): boolean {
  const isOne = priorityClassName !== undefined && values.includes(priorityClassName)
  if (operator === 'In') return isOne
  if (operator === 'NotIn') return !isOne
  return (priorityClassName !== undefined) === (operator === 'Exists')
}

function tooSmall({ metadata: { name } }: ResourceQuota, short: readonly Short[], pods: NewPods): KaitoError {
  const { namespace } = pods
  const lines = short.map(
    ({ resource, hard, used, need }) =>
      `${resource}: ${formatQuantity(used)} of ${formatQuantity(hard)} used, ${formatQuantity(need)} more needed`,
  )
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `The quota ${name} of namespace ${namespace} does not allow the pods: ${lines.join('; ')}.`,
    hint: advice`${fewer(short, pods)}See who uses it up: ${kubectl('describe', 'quota', name, '-n', namespace)}`,
    resource: { kind: KINDS.resourceQuota.kind, name, namespace },
  })
}

function fewer(short: readonly Short[], { replicas, each }: NewPods): Advice {
  const room = Math.min(
    ...short.map(({ resource, hard, used }) =>
      Math.floor((hard - used) / Math.max(each[resource] ?? 0, Number.EPSILON)),
    ),
  )
  return room >= 1 && room < replicas ? advice`${setting('replicas', room)} is the most. ` : ''
}

/** What a LimitRange would refuse; for who may not ask the cluster itself. */
export function limitRefusal(ranges: readonly KubeObject[], { namespace, spec }: NewPods): KaitoError | undefined {
  for (const range of ranges as readonly LimitRange[])
    for (const { type, max = {} } of range.spec?.limits ?? []) {
      const over = overLimit(type, max, spec)
      if (over !== undefined) return tooLarge(range.metadata.name, namespace, over)
    }
  return undefined
}

function overLimit(type: string, max: Readonly<Record<string, string>>, spec: PodSpec): string | undefined {
  const one = (each: PodSpec): Amounts => podAmounts(each)
  const all = type === KINDS.pod.kind ? [one(spec)] : (spec.containers ?? []).map((each) => one({ containers: [each] }))
  if (type !== KINDS.pod.kind && type !== 'Container') return undefined
  for (const [resource, most] of Object.entries(max))
    for (const amounts of all) {
      const asked = amounts[`limits.${resource}`] ?? amounts[`requests.${resource}`] ?? 0
      if (asked > quantity(most)) return `${resource}: at most ${most} a ${type}, ${formatQuantity(asked)} wanted`
    }
  return undefined
}

function tooLarge(name: string, namespace: string, over: string): KaitoError {
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `The limits ${name} of namespace ${namespace} do not allow the pods: ${over}.`,
    hint: advice`See them: ${kubectl('describe', 'limits', name, '-n', namespace)}; ask for more, or deploy to another namespace with ${setting('namespace')}`,
    resource: { kind: KINDS.limitRange.kind, name, namespace },
  })
}

/** So many pods, beside those that go for them. */
export function needOf(each: Amounts, replicas: number, before: { each: Amounts; replicas: number }): Amounts {
  const [wanted, going] = [times(each, replicas), times(before.each, before.replicas)]
  return Object.fromEntries(Object.entries(wanted).map(([name, amount]) => [name, amount - (going[name] ?? 0)]))
}

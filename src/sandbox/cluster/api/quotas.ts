/** ResourceQuotas of a namespace: what is used of them, and what they refuse. Source: k8s.io/apiserver plugin/resourcequota/controller.go. */
import { KINDS, type KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type PodSpec, podAmounts } from '#core/objects/pod-amounts.ts'
import { type Amounts, formatQuantity, quantity, sum } from '#core/objects/quantity.ts'
import { isInScope, type ResourceQuota } from '#core/placement/namespace-room.ts'
import type { Pod } from '../../pod.ts'
import { resourceName, STORED } from '../store/kinds.ts'
import type { ObjectStore } from '../store/objects.ts'

/** A quota over one of these takes only containers that say it. */
const SAID = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory']

export function quotasIn(store: ObjectStore, namespace: string | undefined): ResourceQuota[] {
  return store.list(KINDS.resourceQuota, namespace)
}

/** Of what the quota limits. */
export function usedOf(store: ObjectStore, quota: ResourceQuota): Amounts {
  const { namespace } = quota.metadata
  const pods = (store.list(KINDS.pod, namespace) as Pod[]).filter(
    ({ spec, status }) => !/^(Succeeded|Failed)$/.test(status?.phase ?? '') && isInScope(quota, spec as PodSpec),
  )
  const counts = STORED.filter((row) => row.isNamespaced && row !== KINDS.pod).map((row): Amounts => {
    const count = store.list(row, namespace).length
    return countsOf(row, count)
  })
  const all = sum([...pods.map(({ spec }) => podAmounts(spec as PodSpec)), ...counts])
  return Object.fromEntries(Object.keys(quota.spec?.hard ?? {}).map((name) => [name, all[name] ?? 0]))
}

function countsOf(row: KindRow, count: number): Amounts {
  const counted = { [`count/${resourceName(row)}`]: count }
  return resourceName(row) === row.plural ? { ...counted, [row.plural]: count } : counted
}

/** Why a new object is refused; undefined: it may come. */
export function overQuota(store: ObjectStore, row: KindRow, object: KubeObject): string | undefined {
  const pod = row === KINDS.pod ? (object as Pod) : undefined
  const asked = pod === undefined ? countsOf(row, 1) : podAmounts(pod.spec as PodSpec)
  for (const quota of quotasIn(store, object.metadata.namespace)) {
    if (pod !== undefined && !isInScope(quota, pod.spec as PodSpec)) continue
    const why = (pod === undefined ? undefined : unsaid(quota, pod)) ?? exceeded(store, quota, asked)
    if (why !== undefined) return why
  }
  return undefined
}

function unsaid({ metadata, spec }: ResourceQuota, pod: Pod): string | undefined {
  const lacking = Object.keys(spec?.hard ?? {})
    .filter((name) => SAID.includes(name))
    .sort()
    .flatMap((name) => {
      const silent = pod.spec.containers.filter((each) => !(name in podAmounts({ containers: [each] })))
      return silent.length === 0 ? [] : [`${name} for: ${silent.map((each) => each.name).join(',')}`]
    })
  return lacking.length === 0 ? undefined : `failed quota: ${metadata.name}: must specify ${lacking.join('; ')}`
}

function exceeded(store: ObjectStore, quota: ResourceQuota, asked: Amounts): string | undefined {
  const { hard = {} } = quota.spec ?? {}
  const used = usedOf(store, quota)
  const over = Object.keys(hard)
    .filter((name) => (asked[name] ?? 0) > 0 && (used[name] ?? 0) + (asked[name] ?? 0) > quantity(hard[name] ?? 0))
    .sort()
  if (over.length === 0) return undefined
  const listed = (of: (name: string) => string): string => over.map((name) => `${name}=${of(name)}`).join(',')
  const written = (amounts: Amounts) => listed((name) => formatQuantity(amounts[name] ?? 0))
  const limited = listed((name) => String(hard[name]))
  return `exceeded quota: ${quota.metadata.name}, requested: ${written(asked)}, used: ${written(used)}, limited: ${limited}`
}

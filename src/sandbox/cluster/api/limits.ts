/** LimitRanges of a namespace: what they fill into new pods, and what they refuse. Source: plugin/pkg/admission/limitranger/admission.go. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type Amounts, quantity, sum } from '#core/objects/quantity.ts'
import type { ContainerSpec, Pod } from '../../pod.ts'
import type { ObjectStore } from '../store/objects.ts'

type List = Readonly<Record<string, string | number>>

interface Limit {
  type: string
  max?: List
  min?: List
  default?: List
  defaultRequest?: List
}

/** With what the namespace fills in. @returns why it is refused, too. */
export function limited(store: ObjectStore, pod: Pod): { pod: Pod; why: string[] } {
  const ranges = store.list(KINDS.limitRange, pod.metadata.namespace) as (KubeObject & {
    spec?: { limits?: Limit[] }
  })[]
  const limits = ranges.flatMap(({ spec }) => spec?.limits ?? [])
  const whole = { ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map((each) => filled(each, limits)) } }
  return { pod: whole, why: limits.flatMap((limit) => problems(limit, whole)) }
}

/** What is limited is asked for, before a namespace adds to it. */
function filled(container: ContainerSpec, limits: readonly Limit[]): ContainerSpec {
  const { limits: own = {}, requests = {} } = container.resources ?? {}
  const ofContainers = limits.filter(({ type }) => type === 'Container')
  const most = Object.assign({}, ...ofContainers.map(({ max, default: usual }) => ({ ...max, ...usual }))) as List
  const asked = Object.assign(
    {},
    ...ofContainers.map((each) => ({ ...each.max, ...each.default, ...each.min, ...each.defaultRequest })),
  ) as List
  const resources = { limits: { ...most, ...own }, requests: { ...asked, ...own, ...requests } }
  return Object.keys(resources.requests).length === 0 ? container : { ...container, resources }
}

/** Of a pod as it would be stored: the first container that asks for more than it may have. */
export function askedOverLimit({ spec }: Pod): { field: string; message: string } | undefined {
  for (const [index, { resources }] of spec.containers.entries())
    for (const [name, asked] of Object.entries(resources?.requests ?? {})) {
      const limit = resources?.limits?.[name]
      if (limit === undefined || quantity(asked) <= quantity(limit)) continue
      const message = `Invalid value: "${asked}": must be less than or equal to ${name} limit of ${limit}`
      return { field: `spec.containers[${index}].resources.requests`, message }
    }
  return undefined
}

interface Wanted {
  requests: List
  limits: List
}

function problems({ type, max = {}, min = {} }: Limit, { spec }: Pod): string[] {
  if (type !== 'Container' && type !== KINDS.pod.kind) return []
  const each = spec.containers.map(({ resources }) => ({
    requests: resources?.requests ?? {},
    limits: resources?.limits ?? {},
  }))
  const all = type === 'Container' ? each : [{ requests: together(each, 'requests'), limits: together(each, 'limits') }]
  return all.flatMap((wanted) => [
    ...Object.entries(min).flatMap(([name, least]) => tooLittle(name, type, least, wanted)),
    ...Object.entries(max).flatMap(([name, most]) => tooMuch(name, type, most, wanted)),
  ])
}

function together(each: readonly Wanted[], of: keyof Wanted): Amounts {
  return sum(
    each.map((one) => Object.fromEntries(Object.entries(one[of]).map(([name, text]) => [name, quantity(text)]))),
  )
}

function tooLittle(name: string, type: string, least: string | number, { requests }: Wanted): string[] {
  const [asked, said] = [requests[name], `minimum ${name} usage per ${type} is ${least}`]
  if (asked === undefined) return [`${said}.  No request is specified`]
  return quantity(asked) < quantity(least) ? [`${said}, but request is ${asked}`] : []
}

function tooMuch(name: string, type: string, most: string | number, { requests, limits }: Wanted): string[] {
  const [limit, asked, said] = [limits[name], requests[name], `maximum ${name} usage per ${type} is ${most}`]
  if (limit === undefined) return [`${said}.  No limit is specified`]
  if (quantity(limit) > quantity(most)) return [`${said}, but limit is ${limit}`]
  return asked !== undefined && quantity(asked) > quantity(most) ? [`${said}, but request is ${asked}`] : []
}

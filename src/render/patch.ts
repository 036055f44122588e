/** Applies the user's own changes (`--patch`) to rendered objects, and holds them to what kaito needs to find again. */
import { applyPatch, type Operation as RfcOperation } from 'rfc6902'
import { isMap, type Json, type JsonObject, type KubeObject } from '#core/objects/kube-object.ts'
import { type Operation, type Patch, unusable } from '#core/objects/patches.ts'
import { at, shapeProblem } from './patch-shape.ts'

/** USAGE when a patch meets no object, cannot be applied, or changes what kaito finds its objects by. */
export function applyPatches(objects: readonly KubeObject[], patches: readonly Patch[]): KubeObject[] {
  const isMet = ({ kind, name }: Patch, { metadata, ...object }: KubeObject): boolean =>
    object.kind === kind && (name === undefined || metadata.name === name)
  for (const patch of patches) {
    if (objects.some((object) => isMet(patch, object))) continue
    const there = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(', ')
    throw unusable(
      patch.source,
      `no object is ${patch.kind}${patch.name === undefined ? '' : `/${patch.name}`}`,
      `There are: ${there}`,
    )
  }
  return objects.map((object) =>
    patches.filter((patch) => isMet(patch, object)).reduce((before, patch) => patchObject(before, patch), object),
  )
}

function patchObject(object: KubeObject, { source, change }: Patch): KubeObject {
  const after = 'merge' in change ? mergeValue(object, change.merge, []) : operate(object, change.operations, source)
  const patched = after as KubeObject
  const problem = shapeProblem(object, patched)
  if (problem !== undefined) throw unusable(source, problem)
  for (const path of IDENTITY) {
    if (JSON.stringify(at(patched, path)) === JSON.stringify(at(object, path))) continue
    throw unusable(source, `${path.join('.')} is how kaito finds its objects, and cannot be changed`)
  }
  for (const [key, value] of Object.entries(object.metadata.labels ?? {})) {
    if (patched.metadata.labels?.[key] === value) continue
    throw unusable(source, `the label ${key} is how kaito finds its objects, and cannot be changed`)
  }
  return patched
}

const IDENTITY: readonly (readonly string[])[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['spec', 'selector'],
]

function operate(object: KubeObject, operations: readonly Operation[], source: string): unknown {
  const copy = structuredClone(object)
  const problems = applyPatch(copy, operations as RfcOperation[])
  problems.forEach((problem, index) => {
    const { op, path } = operations[index] ?? { op: '?', path: '?' }
    if (problem !== null) throw unusable(source, `operation ${index + 1} (${op} ${path}): ${problem.message}`)
  })
  return copy
}

/**
 * What identifies an item of a list, by the list's field. Everything else is replaced as a whole.
 * Source: patchMergeKey in k8s.io/api core/v1 types.go.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  topologySpreadConstraints: 'topologyKey',
  hostAliases: 'ip',
}
/** `ports` is keyed by different fields in a container and in a Service. */
const PORT_KEYS = ['containerPort', 'port'] as const

function mergeValue(before: unknown, change: Json, path: readonly string[]): Json {
  if (Array.isArray(change)) return mergeList(before, change, path)
  if (!isMap(change)) return change
  const { $patch: directive, ...fields } = change
  const base = directive === 'replace' || !isMap(before) ? {} : before
  const merged: JsonObject = { ...base }
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete merged[key]
    else merged[key] = mergeValue(base[key], value, [...path, key])
  }
  return merged
}

function mergeList(before: unknown, change: readonly Json[], path: readonly string[]): Json[] {
  const field = path.at(-1) ?? ''
  const key =
    field === 'ports' ? PORT_KEYS.find((name) => change.some((item) => isMap(item) && name in item)) : MERGE_KEYS[field]
  if (key === undefined || !Array.isArray(before)) return change.map((item) => mergeValue(undefined, item, path))
  const merged = [...(before as Json[])]
  for (const item of change) {
    const index = merged.findIndex((old) => isMap(old) && isMap(item) && old[key] === item[key])
    const isRemoved = isMap(item) && item['$patch'] === 'delete'
    if (index < 0) merged.push(...(isRemoved ? [] : [mergeValue(undefined, item, path)]))
    else if (isRemoved) merged.splice(index, 1)
    else merged[index] = mergeValue(merged[index], item, path)
  }
  return merged
}

/** A patch changes values. What is a list stays a list, and what a pod cannot be without stays: an API server would say so too late. */
import { isMap, type KubeObject } from '#core/objects/kube-object.ts'

/** What is wrong with what a patch has made of an object. */
export function shapeProblem(before: KubeObject, after: KubeObject): string | undefined {
  return missing(before, after) ?? changedShape(before, after, '')
}

const NEEDED: readonly (readonly string[])[] = [
  ['spec'],
  ['spec', 'template'],
  ['spec', 'template', 'spec'],
  ['spec', 'template', 'spec', 'containers'],
  ['spec', 'ports'],
]

function missing(before: KubeObject, after: KubeObject): string | undefined {
  const lost = NEEDED.find((path) => !isEmpty(at(before, path)) && isEmpty(at(after, path)))
  return lost === undefined ? undefined : `${lost.join('.')} cannot be removed`
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** What stands at the end of the path; undefined where it leads nowhere. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), value)
}

function changedShape(before: unknown, after: unknown, path: string): string | undefined {
  if (before === undefined || after === undefined) return undefined
  if (shapeOf(before) !== shapeOf(after))
    return `${path} is ${shapeOf(before)}, and the patch makes it ${shapeOf(after)}`
  if (Array.isArray(before)) return changedItems(before, after as unknown[], path)
  if (!isMap(before)) return undefined
  return firstOf(Object.keys(before), (key) =>
    changedShape(before[key], (after as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`),
  )
}

/** Items of a list are alike; those of one name are the same. */
function changedItems(before: readonly unknown[], after: readonly unknown[], path: string): string | undefined {
  const [like] = before
  return firstOf([...after.keys()], (index) => {
    const item = after[index]
    const same = before.find((old) => isMap(old) && isMap(item) && old['name'] === item['name'])
    const place = `${path}[${index}]`
    if (same !== undefined) return changedShape(same, item, place)
    return like === undefined || shapeOf(like) === shapeOf(item)
      ? undefined
      : `${place} is ${shapeOf(item)}, not ${shapeOf(like)}`
  })
}

function shapeOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : isMap(value) ? 'a map' : value === null ? 'null' : 'a value'
}

function firstOf<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== undefined) return problem
  }
  return undefined
}

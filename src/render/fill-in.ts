/** A template's holes, `{ $eval: name }`, filled with values. What a value holds is never looked into. */
import type { Json, JsonObject } from '#core/objects/kube-object.ts'
import { isMap } from '#core/objects/kube-object.ts'

export function fillIn(template: Json, values: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(template)) return template.map((item) => fillIn(item, values))
  if (!isMap(template)) return template
  const hole = holeIn(template)
  if (hole === undefined)
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillIn(value, values)]))
  if (!(hole in values)) throw new Error(`a template asks for "${hole}", which no plan has`)
  return values[hole]
}

function holeIn(template: JsonObject): string | undefined {
  const { $eval: name } = template
  return typeof name === 'string' ? name : undefined
}

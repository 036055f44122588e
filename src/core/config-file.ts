/** The user's own defaults: a map from the names of flags to values. Where it stands, and what the flags are, others know. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { KaitoError } from './errors.ts'
import { yamlWords } from './yaml-words.ts'

export interface ConfigValue {
  /** As the flag is called: `instance-type`. */
  name: string
  /** As it would be typed. */
  text: string
  /** `config.yaml:3` */
  place: string
}

export function parseConfig(file: string, text: string): ConfigValue[] {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const [error] = doc.errors
  const placeOf = (offset = 0): string => `${file}:${lines.linePos(offset).line}`
  if (error !== undefined) throw wrong(placeOf(error.pos[0]), `${yamlWords(error.message)}.`)
  if (doc.contents === null) return []
  if (!isMap(doc.contents))
    throw wrong(placeOf(doc.contents.range[0]), 'Expected flag names and values, for example: namespace: team-a')
  return doc.contents.items.flatMap(({ key, value }) => {
    const place = placeOf(isScalar(key) ? key.range?.[0] : 0)
    if (!isScalar(key)) throw wrong(place, 'Expected a flag name.')
    const items = valuesOf(value)
    if (items === undefined) throw wrong(place, `${key.value}: expected a value or a list of values.`)
    return items.map((item) => ({ name: String(key.value), text: item, place }))
  })
}

/** A flag that may be repeated has a list. */
function valuesOf(value: unknown): string[] | undefined {
  if (isScalar(value) && value.value !== null) return [value.source ?? String(value.value)]
  const list = (value as { items?: unknown[] } | null)?.items
  if (list?.every((item) => isScalar(item)) !== true) return undefined
  return list.map((item) => String((item as { value: unknown }).value))
}

function wrong(place: string, message: string): KaitoError {
  const hint = 'Fix the line or remove it.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message: `${place}: ${message}`, hint })
}

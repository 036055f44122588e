/** As much of a document as has the right form: what is wrong in one field does not hide what is wrong in another. */
import type * as z from 'zod'
import { closest } from '../closest.ts'
import { isMap, type Json } from '../objects/kube-object.ts'
import { given, pathOf, type Report, reportIssues } from './issues.ts'
import { knownFields } from './schema.ts'
import type { Path } from './text/text-place.ts'

interface Salvaged<T> {
  /** Undefined when nothing of it can be read. */
  value: T | undefined
  /** What was left out of it, or stands in for what is missing. */
  refused: Path[]
}

/** What is taken out may leave something missing in what held it, and so on upwards. */
const MAX_ROUNDS = 12

/**
 * Reports all that is wrong in it, and reads the rest.
 * @param standIns for what no document can be without.
 */
export function readForm<T>(
  schema: z.ZodType<T>,
  value: object,
  standIns: Readonly<Record<string, Json>>,
  report: Report,
): Salvaged<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { value: parsed.data, refused: [] }
  reportIssues(parsed.error, schema, value, report)
  return salvage(schema, value, standIns)
}

function salvage<T>(schema: z.ZodType<T>, value: object, standIns: Readonly<Record<string, Json>>): Salvaged<T> {
  const refused: Path[] = []
  let copy: unknown = structuredClone(value)
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = schema.safeParse(copy)
    if (parsed.success) return { value: parsed.data, refused }
    for (const issue of apart(parsed.error.issues)) copy = without(copy, issue, schema, standIns, refused)
  }
  return { value: undefined, refused }
}

/** One for each place, the later items of a list first: what is taken out moves those behind it. */
function apart(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const seen: Path[] = []
  return issues.toReversed().filter((issue) => {
    const path = pathOf(issue)
    if (issue.code !== 'unrecognized_keys' && seen.some((one) => startsWith(one, path) || startsWith(path, one)))
      return false
    if (issue.code !== 'unrecognized_keys') seen.push(path)
    return true
  })
}

function without(
  value: unknown,
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  standIns: Readonly<Record<string, Json>>,
  refused: Path[],
): unknown {
  const path = pathOf(issue)
  if (issue.code === 'unrecognized_keys') {
    takeForMeant(value, path, issue.keys, schema)
    return value
  }
  refused.push(path)
  const standIn = standIns[path.join('.')]
  if (standIn !== undefined) return withValue(value, path, standIn)
  return take(value, path)
}

/** A misspelt field stands in for the missing one that it is meant for. */
function takeForMeant(value: unknown, path: Path, keys: readonly string[], schema: z.ZodType): void {
  const holder = given(value, path).value as Record<string, unknown>
  for (const key of keys) {
    const near = closest(key, knownFields(schema, path) ?? [], 1)[0]
    if (near !== undefined && !(near in holder)) holder[near] = holder[key]
    delete holder[key]
  }
}

function withValue(value: unknown, path: Path, put: Json): unknown {
  const holder = given(value, path.slice(0, -1)).value
  if (isMap(holder)) holder[String(path.at(-1))] = put
  return value
}

/** What is missing cannot be taken out: then what it is missing in goes. */
function take(value: unknown, path: Path): unknown {
  const key = path.at(-1)
  if (key === undefined) return undefined
  const holder = given(value, path.slice(0, -1)).value
  if (Array.isArray(holder) && typeof key === 'number') holder.splice(key, 1)
  else if (isMap(holder) && String(key) in holder) delete holder[String(key)]
  else return take(value, path.slice(0, -1))
  return value
}

/** Says nothing that follows from what was refused. */
export function quietAbout(refused: readonly Path[], report: Report): Report {
  if (refused.length === 0) return report
  return (issue) => {
    if (
      !refused.some((path) => startsWith(issue.path, path) || (MISSING.has(issue.rule) && startsWith(path, issue.path)))
    )
      report(issue)
  }
}

const MISSING: ReadonlySet<string> = new Set(['missing-field', 'one-of'])

export function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step)
}

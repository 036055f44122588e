/** The upstream ConfigMap of engine settings: key inference_config.yaml, a map of flags under the name of each engine. */
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { KubeObject } from '../objects/kube-object.ts'
import { type Problem, problem } from '../problem.ts'
import { yamlWords } from '../yaml-words.ts'
import { type Engines, type EngineTraits, engineOf } from './engine-traits.ts'
import type { Scalar } from './spec.ts'
import { lineCol, type Place } from './text/text-place.ts'

export const CONFIG_KEY = 'inference_config.yaml'
const OTHER_KEYS = ['max_probe_steps', 'kv_cache_cpu_memory_utilization']

export interface EngineConfig {
  /** Of the engine of the workspace, as they are written. */
  flags: Record<string, Scalar>
  /** Of each by the engine's own name. */
  places: ReadonlyMap<string, FlagPlace>
  /** Lines and columns count within the text of the key. */
  problems: Problem[]
}

interface FlagPlace {
  /** As it is written. */
  flag: string
  path: string
  /** Within the text of the key. */
  at: Place
}

interface Reading {
  flags: Record<string, Scalar>
  places: Map<string, FlagPlace>
  problems: Problem[]
  placeOf(node: unknown): Place
  report(rule: string, message: string, path: string, at?: Place, more?: Partial<Problem>): void
}

const START: Place = { line: 1, column: 1 }

/** @param annotations of the workspace: they may name its engine. */
export function readEngineConfig(
  configMap: KubeObject,
  annotations: Readonly<Record<string, string>> | undefined,
  engines: Engines,
): EngineConfig {
  const text = (configMap['data'] as Record<string, unknown> | undefined)?.[CONFIG_KEY]
  const lines = new LineCounter()
  const found = readingOf(`ConfigMap/${configMap.metadata.name}`, lines)
  if (typeof text !== 'string') {
    found.report('missing-field', `the ConfigMap has no key ${CONFIG_KEY}`, `data.${CONFIG_KEY}`)
    return found
  }
  const doc = parsed(text, lines)
  if (doc === undefined) found.report('config-syntax', `${CONFIG_KEY} is nested too deeply`, `data.${CONFIG_KEY}`)
  else readSections(doc, engineOf(annotations, engines), engines, found, lines)
  return found
}

function readingOf(file: string, lines: LineCounter): Reading {
  const problems: Problem[] = []
  return {
    flags: {},
    places: new Map(),
    problems,
    placeOf: (node) => lineCol(lines, (node as Node | null)?.range?.[0] ?? 0),
    report: (rule, message, path, at = START, more = {}) => {
      problems.push(problem(rule, message, { file, ...at }, { path, ...more }))
    },
  }
}

/** Undefined: so deep that a parser gives up. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' })
  } catch {
    return undefined
  }
}

function readSections(
  doc: Document.Parsed,
  engine: EngineTraits | undefined,
  engines: Engines,
  found: Reading,
  lines: LineCounter,
): void {
  const path = `data.${CONFIG_KEY}`
  for (const { message, pos } of doc.errors)
    found.report('config-syntax', `${CONFIG_KEY}: ${yamlWords(message)}`, path, lineCol(lines, pos[0]))
  if (doc.errors.length > 0) return
  if (!isMap(doc.contents)) {
    const key = engine === undefined ? '' : ` with the key ${engine.configSection}`
    found.report('wrong-type', `${CONFIG_KEY} must be a map${key}`, path)
    return
  }
  const known = [...engines.all.map(({ configSection }) => configSection), ...OTHER_KEYS]
  for (const { key } of doc.contents.items) {
    if (known.includes(String(key))) continue
    const more = { severity: 'warning', allowed: known.join(', ') } as const
    found.report('unknown-field', `kaito does not read "${key}"`, String(key), found.placeOf(key), more)
  }
  if (engine !== undefined) readFlags(doc.contents.get(engine.configSection, true), engine, found)
}

function readFlags(section: unknown, engine: EngineTraits, found: Reading): void {
  const { configSection } = engine
  if (section === undefined) return
  if (!isMap(section)) {
    found.report('wrong-type', `${configSection} must be a map of flags`, configSection, found.placeOf(section))
    return
  }
  for (const { key, value } of section.items) readFlag(String(key), value, found.placeOf(key), engine, found)
}

function readFlag(flag: string, value: unknown, at: Place, engine: EngineTraits, found: Reading): void {
  const path = `${engine.configSection}.${flag}`
  const name = engine.flagName(flag)
  const twin = found.places.get(name)
  if (twin !== undefined) {
    const message = `this and ${twin.flag} are two spellings of one flag`
    found.report('duplicate-flag', message, path, at, { hint: 'Keep one of the two.' })
    return
  }
  const scalar = isScalar(value) ? value.value : undefined
  if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean') {
    found.report('wrong-type', 'a flag takes one value: a string, a number, or true/false', path, at)
    return
  }
  found.places.set(name, { flag, path, at })
  found.flags[flag] = scalar
}

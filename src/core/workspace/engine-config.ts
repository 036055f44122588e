/** The upstream ConfigMap of engine settings: key inference_config.yaml, a map of flags under the name of each engine. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { KubeObject } from '../objects/kube-object.ts'
import { type Problem, problem } from '../problem.ts'
import { yamlWords } from '../yaml-words.ts'
import { type Engines, type EngineTraits, engineOf } from './engine-traits.ts'
import type { Scalar } from './spec.ts'

export const CONFIG_KEY = 'inference_config.yaml'
const OTHER_KEYS = ['max_probe_steps', 'kv_cache_cpu_memory_utilization']

export interface EngineConfig {
  /** Of the engine of the workspace. */
  flags: Record<string, Scalar>
  /** Lines count within the value of the key. */
  problems: Problem[]
}

/** @param annotations of the workspace: they may name its engine. */
export function readEngineConfig(
  configMap: KubeObject,
  annotations: Readonly<Record<string, string>> | undefined,
  engines: Engines,
): EngineConfig {
  const file = `ConfigMap/${configMap.metadata.name}`
  const text = (configMap['data'] as Record<string, unknown> | undefined)?.[CONFIG_KEY]
  const found: EngineConfig = { flags: {}, problems: [] }
  const report = (rule: string, message: string, path: string, line = 1, more: Partial<Problem> = {}): void => {
    found.problems.push(problem(rule, message, { file, line, column: 1 }, { path, ...more }))
  }
  if (typeof text !== 'string') {
    report('missing-field', `the ConfigMap has no key ${CONFIG_KEY}`, `data.${CONFIG_KEY}`)
    return found
  }
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  for (const error of doc.errors)
    report(
      'config-syntax',
      `${CONFIG_KEY}: ${yamlWords(error.message)}`,
      `data.${CONFIG_KEY}`,
      lines.linePos(error.pos[0]).line,
    )
  if (doc.errors.length > 0) return found
  const engine = engineOf(annotations, engines)
  if (!isMap(doc.contents)) {
    const key = engine === undefined ? '' : ` with the key ${engine.configSection}`
    report('wrong-type', `${CONFIG_KEY} must be a map${key}`, `data.${CONFIG_KEY}`)
    return found
  }
  const known = [...engines.all.map(({ configSection }) => configSection), ...OTHER_KEYS]
  for (const { key } of doc.contents.items) {
    const name = String(key)
    if (!known.includes(name)) {
      report('unknown-field', `kaito does not read "${name}"`, name, 1, {
        severity: 'warning',
        allowed: known.join(', '),
      })
    }
  }
  if (engine !== undefined) readFlags(doc.contents.get(engine.configSection, true), engine, lines, found, report)
  return found
}

type ReportConfig = (rule: string, message: string, path: string, line?: number, more?: Partial<Problem>) => void

function readFlags(
  section: unknown,
  { configSection, spelling }: EngineTraits,
  lines: LineCounter,
  found: EngineConfig,
  report: ReportConfig,
): void {
  if (section === undefined) return
  if (!isMap(section)) {
    report('wrong-type', `${configSection} must be a map of flags`, configSection)
    return
  }
  for (const { key, value } of section.items) {
    const flag = String(key)
    const line = lines.linePos((key as { range?: [number] }).range?.[0] ?? 0).line
    const scalar = isScalar(value) ? value.value : undefined
    if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean') {
      report(
        'wrong-type',
        'a flag takes one value: a string, a number, or true/false',
        `${configSection}.${flag}`,
        line,
      )
    } else if (
      flag === spelling.contextLength &&
      scalar !== 'auto' &&
      !(Number.isInteger(Number(scalar)) && Number(scalar) > 0)
    ) {
      report('wrong-type', `${flag} must be a whole number of tokens`, `${configSection}.${flag}`, line, {
        value: String(scalar),
        allowed: '1 or more',
      })
    } else found.flags[flag] = flag === spelling.contextLength && scalar !== 'auto' ? Number(scalar) : scalar
  }
}

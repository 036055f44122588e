/** The upstream ConfigMap of engine settings: key inference_config.yaml, a `vllm:` map of flags. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { KubeObject } from '../objects/kube-object.ts'
import type { Problem } from '../problem.ts'
import type { Scalar } from './spec.ts'

export const CONFIG_KEY = 'inference_config.yaml'
const KNOWN_SECTIONS = ['vllm', 'max_probe_steps', 'kv_cache_cpu_memory_utilization']

export interface EngineConfig {
  vllm: Record<string, Scalar>
  /** Lines count within the value of the key. */
  problems: Problem[]
}

export function readEngineConfig(configMap: KubeObject): EngineConfig {
  const file = `ConfigMap/${configMap.metadata.name}`
  const text = (configMap['data'] as Record<string, unknown> | undefined)?.[CONFIG_KEY]
  const found: EngineConfig = { vllm: {}, problems: [] }
  const report = (rule: string, message: string, path: string, line = 1, more: Partial<Problem> = {}): void => {
    found.problems.push({ severity: 'error', rule, message, file, line, column: 1, path, ...more })
  }
  if (typeof text !== 'string') {
    report('missing-field', `the ConfigMap has no key ${CONFIG_KEY}`, `data.${CONFIG_KEY}`)
    return found
  }
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  for (const error of doc.errors)
    report('config-syntax', `${CONFIG_KEY}: ${error.message}`, `data.${CONFIG_KEY}`, lines.linePos(error.pos[0]).line)
  if (doc.errors.length > 0) return found
  if (!isMap(doc.contents)) {
    report('wrong-type', `${CONFIG_KEY} must be a map with the key vllm`, `data.${CONFIG_KEY}`)
    return found
  }
  for (const { key } of doc.contents.items) {
    const name = String(key)
    if (!KNOWN_SECTIONS.includes(name)) {
      report('unknown-field', `kaito does not read "${name}"`, name, 1, {
        severity: 'warning',
        allowed: KNOWN_SECTIONS.join(', '),
      })
    }
  }
  readFlags(doc.contents.get('vllm', true), lines, found, report)
  return found
}

type ReportConfig = (rule: string, message: string, path: string, line?: number, more?: Partial<Problem>) => void

function readFlags(section: unknown, lines: LineCounter, found: EngineConfig, report: ReportConfig): void {
  if (section === undefined) return
  if (!isMap(section)) {
    report('wrong-type', 'vllm must be a map of flags', 'vllm')
    return
  }
  for (const { key, value } of section.items) {
    const flag = String(key)
    const line = lines.linePos((key as { range?: [number] }).range?.[0] ?? 0).line
    const scalar = isScalar(value) ? value.value : undefined
    if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean') {
      report('wrong-type', 'a flag takes one value: a string, a number, or true/false', `vllm.${flag}`, line)
    } else if (
      flag === 'max-model-len' &&
      scalar !== 'auto' &&
      !(Number.isInteger(Number(scalar)) && Number(scalar) > 0)
    ) {
      report('wrong-type', 'max-model-len must be a whole number of tokens', `vllm.${flag}`, line, {
        value: String(scalar),
        allowed: '1 or more',
      })
    } else found.vllm[flag] = flag === 'max-model-len' && scalar !== 'auto' ? Number(scalar) : scalar
  }
}

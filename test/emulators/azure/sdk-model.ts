/**
 * Checks an agent pool body against the SDK's own model of the ARM swagger: a field that the serializer of the
 * installed package does not know, or a value of another type than its declarations say, is refused.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ArmError } from '#sandbox/clouds/azure/model.ts'
import { invalid } from '#sandbox/clouds/azure/validate.ts'

const API_VERSION = '2026-06-01'

/** Wire name → the SDK's name, where they differ. */
const SDK_NAMES: Record<string, string> = { enableFIPS: 'enableFips', type: 'typePropertiesType' }
/** Read-only on the wire: ARM ignores them in a PUT. */
const READ_ONLY = new Set(['eTag', 'currentOrchestratorVersion', 'provisioningState'])

type Properties = Record<string, unknown>
type Serializer = (item: Properties) => Properties

const modelUrl = new URL('./models/models.js', import.meta.resolve('@azure/arm-containerservice'))
const { _agentPoolPropertiesSerializer: serialize } = (await import(modelUrl.href)) as {
  _agentPoolPropertiesSerializer: Serializer
}
const declarations = readFileSync(fileURLToPath(modelUrl).replace(/\.js$/, '.d.ts'), 'utf8')
const TYPES = declaredTypes()

/** `count?: number;` and the like, read from the declaration of the pool's properties. */
function declaredTypes(): Map<string, string> {
  const start = declarations.indexOf('export interface ManagedClusterAgentPoolProfileProperties {')
  const block = declarations.slice(start, declarations.indexOf('\n}', start))
  const types = new Map<string, string>()
  for (const [, name, type] of block.matchAll(/^ {4}(?:readonly )?(\w+)\?: ([^;]+);$/gm)) {
    if (name !== undefined && type !== undefined) types.set(name === 'enableFips' ? 'enableFIPS' : name, type)
  }
  return types
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'number' || type === 'string' || type === 'boolean') return typeof value === type
  if (type === 'string[]') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (type.endsWith('[]')) return Array.isArray(value)
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' && declarations.includes(`export type ${type} = string;`)
  }
  return type !== 'Record<string, string>' || Object.values(value).every((item) => typeof item === 'string')
}

/** Fields of `sent` that did not survive the SDK's serializer, as dotted paths. */
function unknownFields(sent: unknown, kept: unknown, path = ''): string[] {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return []
  const known = typeof kept === 'object' && kept !== null ? (kept as Properties) : {}
  return Object.entries(sent).flatMap(([key, value]) =>
    key in known ? unknownFields(value, known[key], `${path}${key}.`) : [`${path}${key}`],
  )
}

/** What ARM answers to a body that its model does not know; undefined: it does. */
export function checkModel(properties: Properties): ArmError | undefined {
  const renamed = Object.entries(properties).filter(([key]) => !READ_ONLY.has(key))
  const kept = serialize(Object.fromEntries(renamed.map(([key, value]) => [SDK_NAMES[key] ?? key, value])))
  const [unknown] = unknownFields(Object.fromEntries(renamed), kept)
  if (unknown !== undefined) {
    return invalid(`agentPoolProfile.${unknown}`, `the field is not part of api-version ${API_VERSION}`)
  }
  for (const [key, value] of renamed) {
    const type = TYPES.get(key)
    if (value !== undefined && value !== null && type !== undefined && !isOfType(value, type)) {
      return invalid(`agentPoolProfile.${key}`, `expected ${type}`)
    }
  }
  return undefined
}

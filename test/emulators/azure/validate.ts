/**
 * Checks an agent pool body against the SDK's own model of the ARM swagger: a field that the serializer of the
 * installed package does not know, or a value of another type than its declarations say, is refused.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ArmError } from './model.ts'
import { findSize, SIZES } from './sizes.ts'

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

function invalid(target: string, text: string): ArmError {
  return {
    code: 'InvalidParameter',
    message: `The value of parameter ${target} is invalid. Error details: ${text}. Please see https://aka.ms/aks-naming-rules for more details.`,
    target,
  }
}

function checkModel(properties: Properties): ArmError | undefined {
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

function checkValues(properties: Properties, subscription: string, location: string): ArmError | undefined {
  const count = Number(properties.count ?? 1)
  if (!Number.isInteger(count) || count < 0 || count > 1000) {
    return invalid('agentPoolProfile.count', 'count must be between 0 and 1000')
  }
  if (findSize(properties.vmSize) === undefined) {
    return {
      code: 'BadRequest',
      message: `The VM size of ${String(properties.vmSize)} is not allowed in your subscription in location '${location}'. Subscription: ${subscription}. The available VM sizes are ${Object.keys(SIZES).join(',')}. For more details, please visit https://aka.ms/cpu-quota`,
      target: 'agentPoolProfile.vmSize',
    }
  }
  // "kubernetes.azure.com" is documented as reserved. ASSUMED: the exact words, and that *.kubernetes.io is too.
  for (const label of Object.keys((properties.nodeLabels ?? {}) as Properties)) {
    if (/(^|\.)kubernetes\.(azure\.com|io)\//.test(label)) {
      return invalid('agentPoolProfile.nodeLabels', `label ${label} uses a reserved prefix`)
    }
  }
  for (const taint of (properties.nodeTaints ?? []) as string[]) {
    if (!/^[^=:\s]+(=[^:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/.test(taint)) {
      return invalid('agentPoolProfile.nodeTaints', `taint ${taint} is not key=value:effect`)
    }
  }
  return undefined
}

/** The error that AKS would answer with 400, or undefined when the body is fine. */
export function validatePool(
  name: string,
  body: unknown,
  where: { subscription: string; location: string },
): ArmError | undefined {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    return invalid('agentPoolProfile.name', 'Agent pool name must match ^[a-z][a-z0-9]{0,11}$')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return {
      code: 'InvalidRequestContent',
      message: 'The request content was invalid and could not be deserialized.',
    }
  }
  const unknown = Object.keys(body).find((key) => !['properties', 'id', 'name', 'type'].includes(key))
  if (unknown !== undefined) return invalid(unknown, 'the field is not part of AgentPool')
  const properties = ((body as Properties).properties ?? {}) as Properties
  return checkModel(properties) ?? checkValues(properties, where.subscription, where.location)
}

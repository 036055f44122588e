/** What a workspace must obey beyond its shape. Source: kaito-project/kaito api/v1beta1/workspace_validation.go, v0.12.0. */
import { type Engines, type EngineTraits, engineOf } from '../engine-traits.ts'
import type { Report } from '../issues.ts'
import { NAME_RULE, nameFault, nameToType } from '../object-name.ts'
import type { WorkspaceDocument } from '../schema.ts'
import { checkForms } from './forms.ts'
import { checkPreset, deprecated } from './preset.ts'
import { checkTuning } from './tuning.ts'

type Inference = NonNullable<WorkspaceDocument['inference']>
type Resource = NonNullable<WorkspaceDocument['resource']>
type Adapter = NonNullable<Inference['adapters']>[number]

const SUBDOMAIN = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/

export function checkWorkspace(workspace: WorkspaceDocument, engines: Engines, report: Report): void {
  const { metadata, resource, inference, tuning } = workspace
  const fault = nameFault(metadata.name, engines)
  if (fault !== undefined) {
    report({
      rule: 'bad-name',
      message: fault,
      path: ['metadata', 'name'],
      value: metadata.name,
      allowed: NAME_RULE,
      hint: `For example: name: ${nameToType(metadata.name, engines)}`,
    })
  }
  if (inference !== undefined && tuning !== undefined) {
    report({
      rule: 'inference-and-tuning',
      message: 'a workspace either serves or tunes: remove inference or tuning',
      path: ['tuning'],
      atKey: true,
    })
  }
  if (inference === undefined && tuning === undefined) {
    report({
      rule: 'missing-field',
      message: 'inference or tuning is required',
      path: [],
      hint: 'Name a model: inference.preset.name',
    })
  }
  if (resource !== undefined) checkResource(resource, tuning !== undefined, report)
  if (inference !== undefined) checkInference(inference, engineOf(metadata.annotations, engines), report)
  if (tuning !== undefined) checkTuning(tuning, report)
  checkForms(workspace, report)
}

function checkResource(resource: Resource, isTuning: boolean, report: Report): void {
  const { count, preferredNodes, labelSelector, partition } = resource
  if (count !== undefined && count > 1 && isTuning) {
    report({
      rule: 'too-many',
      message: 'tuning runs on one node',
      path: ['resource', 'count'],
      value: count,
      allowed: '1',
    })
  } else if (count !== undefined && count > 1) {
    deprecated(['resource', 'count'], 'kaito computes how many nodes are needed', report)
  }
  if (preferredNodes !== undefined)
    deprecated(['resource', 'preferredNodes'], 'resource.labelSelector alone chooses the nodes', report)
  for (const [index, { key, operator, values }] of (labelSelector?.matchExpressions ?? []).entries()) {
    if (operator === 'In' && values?.length === 1) continue
    report({
      rule: 'not-allowed',
      message: `the expression on ${key} cannot be turned into one label`,
      path: ['resource', 'labelSelector', 'matchExpressions', index],
      allowed: 'matchLabels, or the operator In with exactly one value',
    })
  }
  if (partition?.mode === 'accelerator' && partition.count === undefined) {
    report({
      rule: 'missing-field',
      message: 'accelerator partitions need a count',
      path: ['resource', 'partition', 'count'],
      allowed: '1 or more',
    })
  }
  if (partition?.mode === 'accelerator' && partition.profile !== undefined) {
    report({
      rule: 'not-allowed',
      message: 'accelerator partitions have no profile',
      path: ['resource', 'partition', 'profile'],
      atKey: true,
    })
  }
  if (partition?.mode === 'mig' && partition.count !== undefined) {
    report({
      rule: 'not-allowed',
      message: 'MIG partitions have no count',
      path: ['resource', 'partition', 'count'],
      atKey: true,
    })
  }
}

function checkInference(inference: Inference, engine: EngineTraits | undefined, report: Report): void {
  const { preset, template, adapters = [] } = inference
  if (preset !== undefined && template !== undefined) {
    report({
      rule: 'preset-and-template',
      message: 'give a preset or a template, not both',
      path: ['inference', 'template'],
      atKey: true,
    })
  }
  if (preset === undefined && template === undefined) {
    report({
      rule: 'missing-field',
      message: 'a preset (or a template) is required',
      path: ['inference'],
      hint: 'For example: preset: { name: mistral-7b-instruct }',
    })
  }
  if (preset !== undefined) checkPreset(preset, ['inference', 'preset'], report)
  const seen = new Map<string, number>()
  for (const [index, adapter] of adapters.entries()) {
    checkAdapter(adapter, index, engine, report)
    const name = adapter.source?.name
    if (name === undefined) continue
    const first = seen.get(name)
    if (first !== undefined) {
      report({
        rule: 'duplicate-name',
        message: `adapters[${first}] has this name already`,
        path: ['inference', 'adapters', index, 'source', 'name'],
        value: name,
      })
    } else seen.set(name, index)
  }
}

function checkAdapter(adapter: Adapter, index: number, engine: EngineTraits | undefined, report: Report): void {
  const path = ['inference', 'adapters', index]
  const { source, strength } = adapter
  if (source === undefined) {
    report({ rule: 'missing-field', message: 'an adapter needs a source', path })
    return
  }
  if (source.name === undefined || !SUBDOMAIN.test(source.name)) {
    report({
      rule: 'bad-name',
      message: 'an adapter needs a name',
      path: [...path, 'source', 'name'],
      allowed: 'lower-case letters, digits, dashes and dots',
      ...(source.name === undefined ? {} : { value: source.name }),
    })
  }
  if (source.urls !== undefined)
    report({
      rule: 'not-allowed',
      message: 'adapters cannot come from URLs',
      path: [...path, 'source', 'urls'],
      allowed: 'image or volumeSource',
      atKey: true,
    })
  if ((source.image === undefined) === (source.volumeSource === undefined)) {
    report({
      rule: 'one-of',
      message: 'give exactly one of image and volumeSource',
      path: [...path, 'source'],
      allowed: 'image, or volumeSource',
    })
  }
  if (strength === undefined) return
  const value = Number(strength)
  if (!/^\d*\.?\d+$/.test(strength) || value < 0 || value > 1) {
    report({
      rule: 'not-allowed',
      message: 'strength is a number in quotes',
      path: [...path, 'strength'],
      value: strength,
      allowed: '"0.0" to "1.0"',
    })
  } else if (engine?.takesAdapterStrength === false) {
    report({
      rule: 'not-allowed',
      message: `${engine.title} has no adapter strength`,
      path: [...path, 'strength'],
      value: strength,
      hint: `Remove it: ${engine.title} applies adapters in full.`,
      atKey: true,
    })
  }
}

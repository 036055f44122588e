/** A first workspace file: short, commented, and valid. */

import { stringify } from 'yaml'
import { type Advice, advice, joined, kaito, type Said, setting } from '../advice.ts'
import { NEWEST_API } from '../workspace/spec.ts'
import type { Plan } from './types.ts'

/** @param plan what the file comes to, planned offline; on one's own nodes it names no machine. */
export function starterFile(plan: Plan, modelAccessSecret: string | undefined): Said {
  const { workspace, model, sizing, pool } = plan
  const settings = { filename: 'FILE' }
  const machine: Advice[] =
    pool.mode === 'create'
      ? [
          'resource:',
          `  # ${pool.sku.gpuCount} × ${pool.sku.gpuModel}, ${priceOf(pool.usdPerHour)}. Without this line kaito takes the cheapest that fits.`,
          `  instanceType: ${quoted(pool.request.instanceType)}`,
        ]
      : [
          advice`# Runs on GPU nodes that are there: deploy with ${setting('byo')}. To choose among them: resource.labelSelector.matchLabels`,
        ]
  const secret =
    modelAccessSecret === undefined
      ? []
      : [
          '      # The model is gated: a Secret with key HF_TOKEN, whose account has accepted the licence.',
          `      modelAccessSecret: ${quoted(modelAccessSecret)}`,
        ]
  const lines = [
    `# ${model.description}`,
    advice`# Check it: ${kaito('lint', { settings })}; what it makes: ${kaito('plan', { settings })}; make it: ${kaito('deploy', { settings })}`,
    `apiVersion: ${NEWEST_API}`,
    'kind: Workspace',
    'metadata:',
    `  name: ${quoted(workspace.name)}`,
    ...machine,
    'inference:',
    '  preset:',
    `    name: ${quoted(model.name)}`,
    ...(secret.length === 0 ? [] : ['    presetOptions:', ...secret]),
    advice`# Context: ${sizing.lengthBy === undefined ? '' : 'about '}${sizing.maxModelLen} tokens. Less leaves room for more requests at once: ${kaito('deploy', { settings: { ...settings, maxModelLen: 'N' } })}`,
    '',
  ]
  return joined(lines, '\n')
}

function priceOf(usdPerHour: number | undefined): string {
  return usdPerHour === undefined ? 'price unknown' : `about $${usdPerHour.toFixed(2)} per hour`
}

function quoted(text: string): string {
  return stringify(text).trim()
}

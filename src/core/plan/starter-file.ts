/** A first workspace file: short, commented, and valid. */

import { stringify } from 'yaml'
import { NEWEST_API } from '../workspace/spec.ts'
import type { Plan } from './types.ts'

/** @param plan what the file comes to, planned offline; on one's own nodes it names no machine. */
export function starterFile(plan: Plan, modelAccessSecret: string | undefined): string {
  const { objectName, model, sizing, pool } = plan
  const machine =
    pool.mode === 'create'
      ? [
          'resource:',
          `  # ${pool.sku.gpuCount} × ${pool.sku.gpuModel}, ${priceOf(pool.usdPerHour)}. Without this line kaito takes the cheapest that fits.`,
          `  instanceType: ${quoted(pool.request.instanceType)}`,
        ]
      : [
          '# Runs on GPU nodes that are there: deploy with --byo. To choose among them: resource.labelSelector.matchLabels',
        ]
  const secret =
    modelAccessSecret === undefined
      ? []
      : [
          '      # The model is gated: a Secret with key HF_TOKEN, whose account has accepted the licence.',
          `      modelAccessSecret: ${quoted(modelAccessSecret)}`,
        ]
  return [
    `# ${model.description}`,
    `# Check it: kaito lint -f FILE; what it makes: kaito plan -f FILE; make it: kaito deploy -f FILE`,
    `apiVersion: ${NEWEST_API}`,
    'kind: Workspace',
    'metadata:',
    `  name: ${quoted(objectName)}`,
    ...machine,
    'inference:',
    '  preset:',
    `    name: ${quoted(model.name)}`,
    ...(secret.length === 0 ? [] : ['    presetOptions:', ...secret]),
    `# Context: ${sizing.maxModelLen} tokens. Less leaves room for more requests at once: kaito deploy -f FILE --max-model-len N`,
    '',
  ].join('\n')
}

function priceOf(usdPerHour: number | undefined): string {
  return usdPerHour === undefined ? 'price unknown' : `about $${usdPerHour.toFixed(2)} per hour`
}

function quoted(text: string): string {
  return stringify(text).trim()
}

/** The annotations that upstream reads (KAITO v0.12) and kaito's own, with the values that they may have. */
import { closest } from '../closest.ts'
import type { Report } from './issues.ts'

/** Undefined: any value. */
const KNOWN: Readonly<Record<string, readonly string[] | undefined>> = {
  // Ours: the only cluster that the workspace may go to.
  'kaito.sh/cluster': undefined,
  // Ours: only pods of the namespace may reach the engine.
  'kaito.sh/network-policy': ['true', 'false'],
  'kaito.sh/runtime': ['vllm', 'transformers', 'tgi'],
  'kaito.sh/enablelb': ['True', 'False'],
  'kaito.sh/bypass-resource-checks': undefined,
  'kaito.sh/disable-benchmark': ['true', 'false'],
  'kaito.sh/performance-mode': ['balanced', 'interactivity', 'throughput'],
  'kaito.sh/use-local-weights': ['true', 'false'],
  'kaito.sh/node-image-family': ['ubuntu', 'azurelinux'],
  'kaito.sh/node-class-name': undefined,
  'kaito.sh/model-streaming': ['disabled'],
  'kaito.sh/model-mirror-storage-class': undefined,
  'kaito.sh/streaming-service-account': undefined,
  'inference.kaito.sh/static-model-mirror': undefined,
  'inference.kaito.sh/stream-datarefs-url': undefined,
  'inference.kaito.sh/stream-identity-client-id': undefined,
  'inference.kaito.sh/stream-source-type': undefined,
}

export function checkAnnotations(annotations: Readonly<Record<string, string>>, report: Report): void {
  for (const [key, value] of Object.entries(annotations)) {
    if (!/(^|\.)kaito\.sh\//.test(key)) continue
    const path = ['metadata', 'annotations', key]
    if (!(key in KNOWN)) {
      const near = closest(key, Object.keys(KNOWN), 1)[0]
      report({
        severity: 'warning',
        rule: 'unknown-annotation',
        message: `nothing reads the annotation ${key}`,
        path,
        atKey: true,
        ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
      })
      continue
    }
    const allowed = KNOWN[key]
    if (allowed !== undefined && !allowed.some((one) => one.toLowerCase() === value.toLowerCase())) {
      report({
        rule: 'not-allowed',
        message: `the annotation ${key} cannot be "${value}"`,
        path,
        value,
        allowed: allowed.join(', '),
      })
    }
  }
}

/** The annotations that upstream reads (KAITO v0.12) and kaito's own, with the values that they may have. */
import { closest } from '../closest.ts'
import type { Report } from './issues.ts'

/** Those that change what kaito does, or ask for what it does anyway. */
export const ANNOTATIONS = {
  /** Ours: the only cluster that the workspace may go to. */
  cluster: 'kaito.sh/cluster',
  /** Ours: only pods of the namespace may reach the engine. */
  networkPolicy: 'kaito.sh/network-policy',
  runtime: 'kaito.sh/runtime',
  loadBalancer: 'kaito.sh/enablelb',
  disableBenchmark: 'kaito.sh/disable-benchmark',
  localWeights: 'kaito.sh/use-local-weights',
  modelStreaming: 'kaito.sh/model-streaming',
} as const

type Known = Readonly<Record<string, readonly string[] | undefined>>

/** Undefined: any value. */
const KNOWN: Known = {
  [ANNOTATIONS.cluster]: undefined,
  [ANNOTATIONS.networkPolicy]: ['true', 'false'],
  [ANNOTATIONS.loadBalancer]: ['True', 'False'],
  'kaito.sh/bypass-resource-checks': undefined,
  [ANNOTATIONS.disableBenchmark]: ['true', 'false'],
  'kaito.sh/performance-mode': ['balanced', 'interactivity', 'throughput'],
  [ANNOTATIONS.localWeights]: ['true', 'false'],
  'kaito.sh/node-image-family': ['ubuntu', 'azurelinux'],
  'kaito.sh/node-class-name': undefined,
  [ANNOTATIONS.modelStreaming]: ['disabled'],
  'kaito.sh/model-mirror-storage-class': undefined,
  'kaito.sh/streaming-service-account': undefined,
  'inference.kaito.sh/static-model-mirror': undefined,
  'inference.kaito.sh/stream-datarefs-url': undefined,
  'inference.kaito.sh/stream-identity-client-id': undefined,
  'inference.kaito.sh/stream-source-type': undefined,
}

/** @param runtimes that may be named. */
export function checkAnnotations(
  annotations: Readonly<Record<string, string>>,
  runtimes: readonly string[],
  report: Report,
): void {
  const known: Known = { ...KNOWN, [ANNOTATIONS.runtime]: runtimes }
  for (const [key, value] of Object.entries(annotations)) {
    if (!/(^|\.)kaito\.sh\//.test(key)) continue
    const path = ['metadata', 'annotations', key]
    if (!(key in known)) {
      const near = closest(key, Object.keys(known), 1)[0]
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
    const allowed = known[key]
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

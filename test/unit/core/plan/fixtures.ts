import { fileURLToPath } from 'node:url'
import { catalogOf } from '#core/catalog/in-memory.ts'
import type { ModelPreset } from '#core/catalog/schema.ts'
import { KaitoError } from '#core/errors.ts'
import type { NodeFact, PlanFacts } from '#core/placement/facts.ts'
import type { Supply } from '#core/plan/engine.ts'
import type { FitRequest } from '#core/sizing/fit.ts'
import type { Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { vllm } from '#runtimes/vllm/index.ts'

/** Every row that kaito ships. */
export const rows = readPresets(fileURLToPath(new URL('../../../../presets', import.meta.url)), SHIPPED_ENGINES)
export const catalog = catalogOf(rows)
export const supply: Supply = { catalog, engines: SHIPPED_ENGINES }
/** Of the plans in the tests of the core. */
export const engine = vllm

export function preset(name: string): ModelPreset {
  const found = catalog.models.find(name)
  if (found === undefined) throw new Error(`no preset ${name}`)
  return found
}

type Attention = Partial<ModelPreset['attention']>

/** A model that is not shipped: an existing one with other figures. */
export function like(
  name: string,
  changes: Partial<Omit<ModelPreset, 'attention'>> & { attention?: Attention },
): ModelPreset {
  const base = preset(name)
  return { ...base, ...changes, attention: { ...base.attention, ...changes.attention } }
}

const GPUS = {
  T4: { visibleGiB: 14.56, computeCapability: 7.5 },
  A10: { visibleGiB: 22, computeCapability: 8.6 },
  'A100-40': { visibleGiB: 39.4, computeCapability: 8 },
  'A100-80': { visibleGiB: 79.25, computeCapability: 8 },
  H100: { visibleGiB: 79.2, computeCapability: 9 },
  H200: { visibleGiB: 139.7, computeCapability: 9 },
}

export function gpus(kind: keyof typeof GPUS, perNode = 1): FitRequest['gpu'] {
  return { model: kind.split('-')[0] ?? kind, perNode, maxCuda: undefined, ...GPUS[kind] }
}

export function request(model: ModelPreset, gpu: FitRequest['gpu'], args: Record<string, Scalar> = {}): FitRequest {
  const settings = engine.readSettings(args)
  return { engine, model, gpu, settings, adapters: 0, wantedTokens: settings.maxModelLen }
}

export function workspace(presetName: string, changes: Partial<WorkspaceSpec> = {}): WorkspaceSpec {
  return {
    apiVersion: 'kaito.sh/v1beta1',
    name: 'mine',
    labels: {},
    annotations: {},
    resource: { labelSelector: {}, preferredNodes: [] },
    inference: { preset: { name: presetName, imagePullSecrets: [] }, adapters: [] },
    ...changes,
  }
}

export function resource(changes: Partial<WorkspaceSpec['resource']>): WorkspaceSpec['resource'] {
  return { labelSelector: {}, preferredNodes: [], ...changes }
}

export function onAzure(changes: Partial<PlanFacts> = {}): PlanFacts {
  return {
    namespace: 'team-a',
    cloud: 'azure',
    ownNodes: false,
    nodes: [],
    isOffline: false,
    clusterUid: 'c0ffee',
    engineConfig: {},
    ...changes,
  }
}

export function onOwnNodes(...nodes: NodeFact[]): PlanFacts {
  return onAzure({ cloud: undefined, ownNodes: true, nodes })
}

/** A Ready node as GPU feature discovery labels it; A10 unless said otherwise. */
export function node(name: string, changes: Partial<NodeFact> = {}): NodeFact {
  return {
    name,
    labels: { 'nvidia.com/gpu.product': 'NVIDIA-A10', 'nvidia.com/gpu.memory': '23028', 'nvidia.com/gpu.count': '1' },
    taints: [],
    isReady: true,
    providerId: '',
    gpus: 1,
    freeGpus: 1,
    ...changes,
  }
}

/** The error that the call throws. */
export function refusal(call: () => unknown): KaitoError {
  try {
    call()
  } catch (error) {
    if (error instanceof KaitoError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

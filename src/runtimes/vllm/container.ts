/** A plan → the arguments and the environment of vLLM's container. */
import { presetFlags } from '#core/catalog/preset-flags.ts'
import type { FlagTable } from '#core/catalog/schema.ts'
import { HUB_TOKEN_KEY } from '#core/objects/secret-values.ts'
import type { EngineApi, EnvVar } from '#core/plan/engine.ts'
import type { Plan } from '#core/plan/types.ts'
import { API_KEY_KEY } from '#core/state/own-secrets.ts'
import type { Scalar } from '#core/workspace/spec.ts'

export const API: EngineApi = {
  port: 8000,
  health: '/health',
  models: '/v1/models',
  // Guards what stands under /v1; health and metrics stay open to probes.
  keyVariable: 'VLLM_API_KEY',
  load: '/v1/load_lora_adapter',
  unload: '/v1/unload_lora_adapter',
}

/** Long enough for most answers, short enough for a node drain. */
export const DRAIN_SECONDS = 60

/** Without these it serves, too: a version that does not have one yet is started without it. */
const COMFORTS: Readonly<Record<string, Scalar>> = {
  // Without it SIGTERM aborts what is in flight.
  'shutdown-timeout': DRAIN_SECONDS,
  // Probes ask every few seconds: keep them out of the log.
  'disable-access-log-for-endpoints': '/health,/metrics,/ping',
}

/** Flags in one fixed order; the user's own come last and replace ours of the same name. */
export function argumentsOf(plan: Plan, table: FlagTable | undefined): string[] {
  const { model, sizing, engineArgs } = plan
  const ours: Record<string, Scalar | undefined> = {
    model: model.modelId,
    revision: model.revision,
    'served-model-name': model.servedModelName,
    port: API.port,
    dtype: sizing.dtype,
    'tensor-parallel-size': sizing.tensorParallelSize,
    'max-model-len': sizing.lengthBy === 'engine' ? 'auto' : sizing.maxModelLen,
    'gpu-memory-utilization': sizing.gpuMemoryUtilization,
    ...(sizing.maxNumSeqs === undefined ? {} : { 'max-num-seqs': sizing.maxNumSeqs }),
    ...presetFlags(model, 'vllm'),
    ...Object.fromEntries(Object.entries(COMFORTS).filter(([flag]) => table === undefined || flag in table.flags)),
  }
  const all: Record<string, Scalar | undefined> = { ...ours, ...engineArgs }
  return Object.entries(all).flatMap(([flag, value]) => (value === undefined ? [] : [formatFlag(flag, value)]))
}

function formatFlag(flag: string, value: Scalar): string {
  // One key of a flag that takes JSON: bare, it would take the argument behind it as its value.
  if (flag.includes('.')) return `--${flag}=${value}`
  if (value === true) return `--${flag}`
  if (value === false) return `--no-${flag}`
  return `--${flag}=${value}`
}

const CACHE = '/cache'

export function environmentOf(plan: Plan): EnvVar[] {
  const { startup, image, modelAccessSecret, apiKeySecret } = plan
  const fixed: EnvVar[] = [
    // torch asks for the name of the user; the image's passwd may not know our uid.
    { name: 'HOME', value: image.home },
    { name: 'USER', value: 'vllm' },
    { name: 'HF_HOME', value: `${CACHE}/huggingface` },
    { name: 'VLLM_CACHE_ROOT', value: `${CACHE}/vllm` },
    { name: 'TRITON_CACHE_DIR', value: `${CACHE}/triton` },
    { name: 'TORCHINDUCTOR_CACHE_DIR', value: `${CACHE}/inductor` },
    { name: 'VLLM_NO_USAGE_STATS', value: '1' },
    { name: 'VLLM_ENGINE_READY_TIMEOUT_S', value: String(startup.budgetSeconds) },
  ]
  if (modelAccessSecret !== undefined) fixed.push(fromSecret(HUB_TOKEN_KEY, modelAccessSecret, HUB_TOKEN_KEY))
  if (apiKeySecret !== undefined) fixed.push(fromSecret(API.keyVariable, apiKeySecret, API_KEY_KEY))
  return fixed
}

function fromSecret(variable: string, name: string, key: string): EnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } }
}

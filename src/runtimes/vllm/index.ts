/** vLLM's OpenAI server. Source of flags and variables: vllm 0.32.0, `vllm serve --help=all`, vllm/envs.py. */
import type { Engine } from '#core/plan/engine.ts'
import { checkAgainst } from '../flags.ts'
import { upToDate } from '../retired.ts'
import { API, argumentsOf, DRAIN_SECONDS, environmentOf } from './container.ts'
import { FAILURES, isCause, readLine } from './failures.ts'
import { filesIn, withoutEffect } from './files.ts'
import { withValues } from './flag-values.ts'
import { IN_ESTIMATE, NOT_IN_ESTIMATE, SETTLED } from './flags.ts'
import { kvOf } from './kv-cache.ts'
import { memoryTerms } from './memory.ts'
import { RETIRED } from './retired-flags.ts'
import { choosesLength, flagName, readSettings, settleOn } from './settings.ts'
import { startupTerms } from './startup.ts'

export const vllm: Engine = {
  id: 'vllm',
  title: 'vLLM',
  configSection: 'vllm',
  spelling: { contextLength: 'max-model-len', gpus: 'tensor-parallel-size', dtype: 'dtype' },
  takesAdapterStrength: false,
  // By its VLLM_PORT: vllm-project/vllm#34199.
  brokenByService: 'vllm',
  adapters: 'hot',
  inEstimate: IN_ESTIMATE,
  notInEstimate: NOT_IN_ESTIMATE,
  vocabularyPadding: 64,
  api: API,
  failures: FAILURES,
  readLine,
  isCause,
  flagName,
  readSettings,
  checkFlags: (args, table) => withValues(checkAgainst(table, args, SETTLED, RETIRED), args, table),
  upToDate: (args, table) => upToDate(table, args, RETIRED),
  filesIn,
  withoutEffect,
  choosesLength,
  settleOn,
  memory: memoryTerms,
  kv: kvOf,
  startup: startupTerms,
  container: (plan, table) => ({
    args: argumentsOf(plan, table),
    env: environmentOf(plan),
    port: API.port,
    drainSeconds: DRAIN_SECONDS,
    shmGiB: 2 * plan.sizing.tensorParallelSize,
  }),
}

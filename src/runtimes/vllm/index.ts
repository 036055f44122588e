/** vLLM's OpenAI server, version 0.32. Source of flags and variables: vllm 0.32.0, `vllm serve --help=all`, vllm/envs.py. */

import type { Plan } from '#core/plan/types.ts'
import type { EngineSettings, Runtime } from '../runtime.ts'
import { argumentsOf, DRAIN_SECONDS, environmentOf, PORT } from './container.ts'

export const vllm: Runtime = {
  name: 'vllm',
  describe: (plan: Plan): EngineSettings => ({
    args: argumentsOf(plan),
    env: environmentOf(plan),
    port: PORT,
    drainSeconds: DRAIN_SECONDS,
    shmGiB: 2 * plan.sizing.tensorParallelSize,
  }),
}

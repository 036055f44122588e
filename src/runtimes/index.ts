/** The engines that kaito has. */
import type { EngineRegistry } from '#core/plan/engine.ts'
import { vllm } from './vllm/index.ts'

export const SHIPPED_ENGINES: EngineRegistry = {
  all: [vllm],
  standard: vllm.id,
  unavailable: ['transformers', 'tgi'],
}

/** The engines that the sandbox plays. */
import type { SimulatedEngine } from './engine.ts'
import { vllm } from './vllm/index.ts'

export const SIMULATED_ENGINES: readonly SimulatedEngine[] = [vllm]

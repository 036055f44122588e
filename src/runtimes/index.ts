/** The table of engines. */
import type { Runtime } from './runtime.ts'
import { vllm } from './vllm/index.ts'

export const RUNTIMES: Readonly<Record<'vllm', Runtime>> = { vllm }

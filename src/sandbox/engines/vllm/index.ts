/** vLLM, simulated. */
import type { SimulatedEngine } from '../engine.ts'
import { readContainer } from './container.ts'
import { logOf } from './log-lines.ts'
import { createServerOf } from './server.ts'

export const vllm: SimulatedEngine = {
  id: 'vllm',
  read: readContainer,
  log: logOf,
  serve: ({ servedNames, maxModelLen, version }, setting) =>
    createServerOf({ servedNames, maxModelLen, version, ...setting }),
}

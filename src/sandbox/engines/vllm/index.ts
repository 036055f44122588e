/** vLLM, simulated. */
import { isRefusal, type SimulatedEngine } from '../engine.ts'
import { withFoundLength } from './auto-length.ts'
import { readContainer } from './container.ts'
import { logOf } from './log-lines.ts'
import { createServerOf } from './server.ts'

export const vllm: SimulatedEngine = {
  id: 'vllm',
  read(container, supply) {
    const read = readContainer(container, supply)
    return isRefusal(read) ? read : withFoundLength(read, container, supply)
  },
  log: logOf,
  serve: ({ servedNames, maxModelLen, version }, setting) =>
    createServerOf({ servedNames, maxModelLen, version, ...setting }),
}

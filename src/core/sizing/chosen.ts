/**
 * What kaito chose itself, and what it was chosen for. As long as that is the same the choice stays: sums that have become better are
 * no reason to restart pods that serve.
 */
import type { Scalar } from '../workspace/spec.ts'
import type { Sizing } from './types.ts'

export interface Chosen
  extends Pick<Sizing, 'tensorParallelSize' | 'maxNumSeqs' | 'maxModelLen' | 'maxModelLenFrom' | 'lengthBy'> {
  /** Absent where it was said. */
  gpuMemoryUtilization?: number
  /** The length that the engine found, once it has told it. */
  found?: number
  for: ChosenFor
}

export interface ChosenFor {
  modelId: string
  image: string
  /** Its type; where the nodes tell none, what GPUs they have. */
  machine: string
  /** The engine's flags that bear on memory, as they were said. */
  flags: Record<string, Scalar>
  /** The context that was asked for. */
  tokens?: number
}

/**
 * Read from pods that kaito 0.1.0 made, which did not write down what it had chosen. A length below today's own choice, or more GPUs
 * than it takes, had been said: 0.1.0 never chose those.
 */
export interface ChosenBy010 extends Omit<Chosen, 'for'> {
  /** As far as it is known. */
  for: Partial<Pick<ChosenFor, 'modelId' | 'image' | 'machine'>>
  isRead: true
}

export type Kept = Chosen | ChosenBy010

export function isRead(kept: Kept): kept is ChosenBy010 {
  return 'isRead' in kept
}

/** The length that the engine found at its start, written down: in the root alone, for in the pods' arguments it would restart them. */
import { typeOf } from '#core/objects/kinds.ts'
import type { RootState } from '#core/state/root.ts'
import type { Prepared } from '../prepared.ts'
import type { RootWriter } from './root.ts'
import { actsOnce, type Learned, type Place, type Seen, type Step } from './step.ts'

/** @param stateOf the root's state once all of the rest is done. */
export function foundLengthStep(
  { members }: Prepared,
  root: RootWriter,
  stateOf: (seen: Seen) => RootState,
  place: Place,
): Step {
  const write = async (seen: Seen): Promise<Learned> => {
    const state = stateOf(seen)
    return state.chosen?.found === undefined ? {} : { root: await root.write(state, members.map(typeOf)) }
  }
  return actsOnce('context', 'what the engine found is not written down', write, place)
}

/** With what it has told, where it was left to it. */
export function withFound(state: RootState, { answers }: Learned): RootState {
  const { chosen } = state
  if (chosen?.lengthBy !== 'engine' || typeof answers !== 'object' || answers.context === undefined) return state
  return { ...state, chosen: { ...chosen, found: answers.context } }
}

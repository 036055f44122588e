/** One pass over steps: each whose needs are done is judged; what is due, or is to be looked at, is done once, side by side. */
import { KaitoError } from '#core/errors.ts'
import type { Standing, StepName } from '#core/status/standing.ts'
import type { Ports } from './ports.ts'
import type { Learned, Seen, Step } from './steps/step.ts'

/** How each step stands whose needs are done. */
export type Standings = ReadonlyMap<StepName, Standing>

export interface Judged {
  standings: Standings
  /** What has to be seen first, to judge these. */
  blind: Step[]
}

/**
 * @param done what was done before is not judged again, unless others may undo it.
 * @param isSighted whether that which the step is judged by can be seen.
 */
export function judgeSteps(
  steps: readonly Step[],
  seen: Seen,
  done: ReadonlySet<StepName>,
  isSighted: (step: Step) => boolean,
  now: Date,
): Judged {
  const standings = new Map<StepName, Standing>()
  const blind: Step[] = []
  for (const step of steps) {
    if (!isReady(step, steps, standings)) continue
    if (isOver(step, done)) standings.set(step.name, { is: 'done' })
    else if (isSighted(step)) standings.set(step.name, step.judge(seen, now))
    else blind.push(step)
  }
  return { standings, blind }
}

/** It was done, and nobody may undo it. */
export function isOver({ name, isLasting }: Step, done: ReadonlySet<StepName>): boolean {
  return done.has(name) && isLasting !== true
}

/** Its needs are done. */
function isReady({ needs }: Step, steps: readonly Step[], standings: Standings): boolean {
  return needs.every((need) => standings.get(need)?.is === 'done' || !steps.some(({ name }) => name === need))
}

/**
 * Acts on each of them once. What one has learned is handed on as it comes, also when another throws; that one's
 * siblings finish the request that they are in, and all that went wrong is told.
 */
export async function actOn(
  steps: readonly Step[],
  standings: Standings,
  seen: Seen,
  learn: (step: Step, learned: Learned) => void,
  now: Date,
  ports: Ports,
): Promise<void> {
  const halt = new AbortController()
  const acts = steps.map(async (step) => {
    const way = standings.get(step.name)?.is === 'due' ? step.act : step.look
    try {
      learn(step, (await way?.call(step, seen, { ...ports, halted: halt.signal }, now)) ?? {})
    } catch (error) {
      halt.abort(error)
      throw error
    }
  })
  const failures = (await Promise.allSettled(acts)).filter((end) => end.status === 'rejected')
  if (failures.length > 0) throw allOf(failures.map(({ reason }) => reason))
}

function allOf([first, ...others]: readonly unknown[]): unknown {
  if (others.length === 0 || !(first instanceof KaitoError)) return first
  const words = others.map((other) => (other instanceof Error ? other.message : String(other)))
  return first.with({ details: [...first.details, ...words.filter((each) => each !== first.message)] })
}

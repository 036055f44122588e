/** Whose drill it is: a deploy without one, beside it, does not end it. */
import type { Settings } from '../settings.ts'
import { isThere } from './lock.ts'

/** What of a change is done. Throws when another process still rehearses something else. */
export type Rehearser = (change: Partial<Settings>, current: Settings, pid: number | undefined) => Partial<Settings>

export function createRehearser(): Rehearser {
  let rehearsing: number | undefined
  return (change, { drill: running }, pid) => {
    if (change.drill === undefined || change.drill === running) return change
    const isHeld = running !== null && rehearsing !== undefined && rehearsing !== pid && isThere(rehearsing)
    if (isHeld && change.drill !== null)
      throw new Error(`process ${rehearsing} still rehearses ${running}: one drill at a time`)
    if (!isHeld) rehearsing = pid
    const { drill: _later, ...rest } = change
    return isHeld ? rest : change
  }
}

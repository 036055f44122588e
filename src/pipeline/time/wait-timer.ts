/** Time for something that waits now, counted from when it began to; what waits again has it again. */
import type { Ports } from '../ports.ts'

export function createPatience(ms: number, ports: Ports, signal: AbortSignal, onEnd: () => void) {
  let wait: { isOver: boolean } | undefined
  const run = async (mine: { isOver: boolean }): Promise<void> => {
    await ports.clock.sleep(ms / ports.pace, signal)
    mine.isOver = true
    if (wait === mine) onEnd()
  }
  return {
    note(isWaiting: boolean): void {
      if (!isWaiting) wait = undefined
      else if (wait === undefined) {
        wait = { isOver: false }
        run(wait).catch(() => undefined)
      }
    },
    isOver: (): boolean => wait?.isOver ?? false,
  }
}

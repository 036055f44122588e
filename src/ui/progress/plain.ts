/** Progress for logs: append-only, one line per change, with the time in UTC. Nothing is said twice in a row. */
import type { Colors } from '../text/colors.ts'
import { describeEvent } from './event-text.ts'
import type { Listener, ShownEvent } from './listener.ts'

export function createPlainListener(write: (text: string) => void, colors: Colors): Listener {
  let last = ''
  return {
    emit(event) {
      const line = `${markOf(event, colors)} ${describeEvent(event)}`
      if (line === last) return
      last = line
      write(`${colors.dim(`${event.at.slice(11, 19)}Z`)} ${line}\n`)
    },
    close: () => undefined,
  }
}

function markOf(event: ShownEvent, { green, yellow, cyan, red }: Colors): string {
  if (event.type === 'workspace.finished') return event.outcome === 'done' ? green('✓') : red('✗')
  if (event.type === 'phase.started') return cyan('›')
  if (event.type === 'phase.finished') return green('✓')
  return event.type === 'warning' ? yellow('!') : ' '
}

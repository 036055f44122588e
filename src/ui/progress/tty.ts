/** Progress for a terminal: one live line; of a finished phase one line stays in the scroll-back. */
import type { Ora } from 'ora'
import type { Colors } from '../text/colors.ts'
import { formatAbout, formatMs } from '../text/figures.ts'
import { wrapLine } from '../text/wrap.ts'
import { describeEvent, prefixOf, sayEvent, titleOf } from './event-text.ts'
import type { Listener, ShownEvent } from './listener.ts'

/** The live line; tests hand in their own. */
export interface Spinner {
  start(text: string): void
  update(text: string): void
  stop(): void
}

export interface TtyOptions {
  stream: NodeJS.WriteStream
  colors: Colors
  now(): Date
  spinner?: Spinner
}

interface OpenPhase {
  /** Of which workspace, where there are several. */
  prefix: string
  title: string
  startedAt: number
  expectedSeconds: number | undefined
  doing: string
}

const TICK_MS = 1_000
/** Mark, blank and the last column, which some terminals wrap at. */
const FRAME_COLUMNS = 3
const DEFAULT_COLUMNS = 80
/** Width of the mark and its blank. */
const HANG = 2

export function createTtyListener({ stream, colors, now, spinner = oraSpinner(stream) }: TtyOptions): Listener {
  let phase: OpenPhase | undefined
  let timer: NodeJS.Timeout | undefined
  const live = (): string => (phase === undefined ? '' : truncate(describePhase(phase, now()), stream.columns))
  const write = (line: string): void => {
    stream.write(`${wrapLine(line, stream.columns, HANG)}\n`)
  }
  const end = (mark: string, text: string): void => {
    clearInterval(timer)
    if (phase === undefined) return
    phase = undefined
    spinner.stop()
    write(`${mark} ${text}`)
  }
  const abandon = (): void => {
    if (phase !== undefined) end(colors.red('✗'), describePhase({ ...phase, expectedSeconds: undefined }, now()))
  }
  return {
    emit(event) {
      if (event.type === 'phase.started') {
        abandon()
        phase = openPhase(event)
        spinner.start(live())
        timer = setInterval(() => spinner.update(live()), TICK_MS).unref()
      } else if (event.type === 'phase.finished') {
        end(colors.green('✓'), describeEvent(event))
      } else if (event.type === 'warning') {
        write(`${colors.yellow('!')} ${describeEvent(event)}`)
      } else if (event.type === 'target' || (event.type === 'step.progress' && phase === undefined)) {
        write(`${colors.cyan('›')} ${describeEvent(event)}`)
      } else if (phase !== undefined && event.type !== 'heartbeat') {
        phase.doing = sayEvent(event)
        spinner.update(live())
      }
    },
    close: abandon,
  }
}

function openPhase(event: Extract<ShownEvent, { type: 'phase.started' }>): OpenPhase {
  const { title, expectedSeconds, at } = event
  return { prefix: prefixOf(event), title, startedAt: Date.parse(at), expectedSeconds, doing: '' }
}

function describePhase({ prefix, title, startedAt, expectedSeconds, doing }: OpenPhase, now: Date): string {
  const elapsed = formatMs(Math.floor((now.getTime() - startedAt) / TICK_MS) * TICK_MS)
  const usual = expectedSeconds === undefined ? '' : `, usually ${formatAbout(expectedSeconds)}`
  return `${prefix}${titleOf(title)}, ${elapsed}${usual}${doing === '' ? '' : ` › ${doing}`}`
}

/** Keeps the live line on one row: a wrapped one could not be taken back. */
function truncate(text: string, columns: number = DEFAULT_COLUMNS): string {
  const room = Math.max(columns - FRAME_COLUMNS, 10)
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`
}

/** ora is loaded when the first phase starts: commands that show no progress should not pay for it. */
function oraSpinner(stream: NodeJS.WriteStream): Spinner {
  let spinner: Ora | undefined
  let shown: string | undefined
  const load = async (): Promise<void> => {
    const { default: ora } = await import('ora')
    // stdin stays as it is: Ctrl-C must arrive as a signal, and a question may follow.
    spinner ??= ora({ stream, discardStdin: false })
    if (shown !== undefined) spinner.start(shown)
  }
  return {
    start(text) {
      shown = text
      // Without it there is no live line; what must be said is written anyway.
      load().catch(() => undefined)
    },
    update(text) {
      shown = text
      if (spinner !== undefined) spinner.text = text
    },
    stop() {
      shown = undefined
      spinner?.stop()
    },
  }
}

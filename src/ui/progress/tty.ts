/** Progress for a terminal: one live line, or one for each of several workspaces; what is finished stays in the scroll-back. */
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
/** Mark, blank, the `^C` that a terminal writes behind the line, and the last column, which some terminals wrap at. */
const FRAME_COLUMNS = 5
const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24
/** Width of the mark and its blank. */
const HANG = 2

/** Rows that stay free for what is written above the live lines. */
const FREE_ROWS = 2

export function createTtyListener({ stream, colors, now, spinner = oraSpinner(stream) }: TtyOptions): Listener {
  // One for each workspace; alone it has no name.
  const open = new Map<string | undefined, OpenPhase>()
  let timer: NodeJS.Timeout | undefined
  const live = (): string => liveLines([...open.values()], now(), stream)
  const show = (): void => {
    if (open.size === 0) return
    spinner.start(live())
    timer ??= setInterval(() => spinner.update(live()), TICK_MS).unref()
  }
  const hide = (): void => {
    clearInterval(timer)
    timer = undefined
    if (open.size > 0) spinner.stop()
  }
  const write = (line: string): void => {
    stream.write(`${wrapLine(line, stream.columns, HANG)}\n`)
  }
  /** With the live lines out of the way. */
  const writeAbove = (line: string): void => {
    hide()
    write(line)
    show()
  }
  const end = (workspace: string | undefined, line: string | undefined): void => {
    hide()
    open.delete(workspace)
    if (line !== undefined) write(line)
    show()
  }
  const abandon = (workspace: string | undefined): void => {
    const phase = open.get(workspace)
    if (phase === undefined) return
    end(workspace, `${colors.red('✗')} ${describePhase({ ...phase, expectedSeconds: undefined, doing: '' }, now())}`)
  }
  return {
    emit(event) {
      const { workspace } = event
      const phase = open.get(workspace)
      if (event.type === 'phase.started') {
        abandon(workspace)
        hide()
        open.set(workspace, openPhase(event))
        show()
      } else if (event.type === 'phase.finished') {
        // Of several each has one line, and what has been done of them is told by the last.
        if (phase !== undefined)
          end(workspace, workspace === undefined ? `${colors.green('✓')} ${describeEvent(event)}` : undefined)
      } else if (event.type === 'workspace.finished') {
        const mark = event.outcome === 'done' ? colors.green('✓') : colors.red('✗')
        end(workspace, `${mark} ${describeEvent(event)}`)
      } else if (event.type === 'warning') {
        writeAbove(`${colors.yellow('!')} ${describeEvent(event)}`)
      } else if (event.type === 'target') {
        writeAbove(`${colors.cyan('›')} ${sayEvent(event)}`)
      } else if (event.type === 'step.progress' && phase === undefined) {
        writeAbove(`${colors.cyan('›')} ${describeEvent(event)}`)
      } else if (phase !== undefined && event.type !== 'heartbeat') {
        phase.doing = sayEvent(event)
        spinner.update(live())
      }
    },
    hold: hide,
    resume: show,
    close() {
      for (const workspace of [...open.keys()]) abandon(workspace)
    },
  }
}

/** As many as the terminal has rows for: what has scrolled away could not be taken back. */
function liveLines(
  phases: readonly OpenPhase[],
  now: Date,
  { columns, rows = DEFAULT_ROWS }: NodeJS.WriteStream,
): string {
  const room = Math.max(1, rows - FREE_ROWS)
  const shown = phases.length <= room ? phases : phases.slice(0, room - 1)
  const rest = phases.length - shown.length
  const lines = shown.map((phase) => truncate(describePhase(phase, now), columns))
  const [first = '', ...others] = rest === 0 ? lines : [...lines, `and ${rest} more`]
  return [first, ...others.map((line) => `${' '.repeat(HANG)}${line}`)].join('\n')
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

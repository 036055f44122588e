/** Events → stderr: a live block on a terminal, lines in a log, JSON for machines. A renderer never ends a run. */
import ora, { type Ora } from 'ora'
import type { EventBody } from '#core/events.ts'
import { eventText } from './event-text.ts'
import { redact } from './redact.ts'
import { paletteFor, type Look } from './terminal.ts'

export interface Renderer {
  emit(event: EventBody): void
  close(): void
}

export interface RendererOptions extends Look {
  kind: 'tty' | 'plain' | 'json' | 'quiet'
  stream: NodeJS.WriteStream
  now(): Date
}

export function createRenderer(options: RendererOptions): Renderer {
  const renderer = RENDERERS[options.kind](options)
  return {
    emit: (event) => {
      try {
        renderer.emit(event)
      } catch {
        // A broken pipe or a terminal's mood must not stop a deploy.
      }
    },
    close: () => renderer.close(),
  }
}

const RENDERERS: Readonly<Record<RendererOptions['kind'], (options: RendererOptions) => Renderer>> = {
  quiet: () => ({ emit: () => undefined, close: () => undefined }),
  plain: (options) => ({
    emit: (event) => {
      const text = eventText(event)
      if (text !== undefined) options.stream.write(`${redact(`${clockTime(options.now())} ${event.phase}: ${text}`)}\n`)
    },
    close: () => undefined,
  }),
  json: (options) => ({
    emit: (event) => {
      const line = JSON.stringify({ schema: 'kaito.events/v1', at: options.now().toISOString(), ...event })
      options.stream.write(`${redact(line)}\n`)
    },
    close: () => undefined,
  }),
  tty: createTtyRenderer,
}

function clockTime(date: Date): string {
  return date.toISOString().slice(11, 19)
}

/** One spinner for what is going on; what is done leaves one line. */
function createTtyRenderer(options: RendererOptions): Renderer {
  const palette = paletteFor(options)
  const width = (): number => Math.max(40, (options.stream.columns ?? 80) - 4)
  let spinner: Ora | undefined
  let title = ''
  const say = (symbol: string, text: string): void => {
    const isSpinning = spinner?.isSpinning === true
    if (isSpinning) spinner?.stop()
    options.stream.write(`${symbol} ${redact(text)}\n`)
    if (isSpinning) spinner?.start()
  }
  const show = (text: string): void => {
    if (spinner !== undefined) spinner.text = redact(cut(text, width()))
  }
  return {
    emit(event) {
      const text = eventText(event)
      if (text === undefined) return
      if (event.type === 'phase.started') {
        spinner?.stop()
        title = text
        spinner = ora({ text: cut(text, width()), stream: options.stream, discardStdin: false, hideCursor: false }).start()
      } else if (event.type === 'phase.finished') {
        spinner?.stop()
        spinner = undefined
        say(palette.green('✓'), text)
      } else if (event.type === 'warning') say(palette.yellow('!'), text)
      else if (event.type === 'target' || event.type === 'object.applied') say(palette.dim('›'), text)
      else show(`${title.split(' …')[0]}: ${text}`)
    },
    close() {
      spinner?.stop()
      spinner = undefined
    },
  }
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text
}

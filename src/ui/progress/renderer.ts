/** Events → progress on stderr, in one of four forms. A renderer that fails never ends a run. */
import type { EventBody, KaitoEvent } from '#core/events.ts'
import { NEW_SHELL, type Say, sayAdvice, wordDeep } from '../text/advice-text.ts'
import { type ColorRequest, createColors } from '../text/colors.ts'
import { type Redactor, redactDeep } from '../text/redact.ts'
import { createJsonListener } from './json.ts'
import type { Listener, ShownEvent } from './listener.ts'
import { createPlainListener } from './plain.ts'
import { createTtyListener } from './tty.ts'

export interface Renderer {
  emit(event: EventBody): void
  /** While a question is asked: what happens meanwhile is told after it. Call what is returned when it is answered. */
  hold(): () => void
  close(): void
}

export interface RendererOptions extends ColorRequest {
  kind: 'tty' | 'plain' | 'json'
  /** Nothing but what somebody must answer to go on. */
  isQuiet: boolean
  stream: NodeJS.WriteStream
  redact: Redactor
  /** For the cluster of this run. */
  say?: Say
  now(): Date
}

export function createRenderer(options: RendererOptions): Renderer {
  const listener = createListener(options)
  const { redact, say = (advice) => sayAdvice(advice, NEW_SHELL) } = options
  let isBroken = false
  const guard = (work: () => void): void => {
    if (isBroken) return
    try {
      work()
    } catch {
      isBroken = true
    }
  }
  let held: KaitoEvent[] | undefined
  const show = (event: KaitoEvent): void =>
    guard(() => listener.emit(redactDeep(wordDeep<ShownEvent>(event, say), redact)))
  return {
    emit(event) {
      const stamped = stamp(event, options.now())
      if (held === undefined) show(stamped)
      else held.push(stamped)
    },
    hold() {
      held = []
      guard(() => listener.hold?.())
      return () => {
        guard(() => listener.resume?.())
        const [...late] = held ?? []
        held = undefined
        for (const event of late) show(event)
      }
    },
    close: () => guard(() => listener.close()),
  }
}

function stamp(event: EventBody, now: Date): KaitoEvent {
  return { at: now.toISOString(), ...event }
}

function createListener(options: RendererOptions): Listener {
  const { kind, isQuiet, stream } = options
  const colors = createColors(options)
  const write = (text: string): void => {
    stream.write(text)
  }
  const lines = kind === 'json' ? createJsonListener(write) : createPlainListener(write, colors)
  if (isQuiet) return { emit: (event) => (mustBeTold(event) ? lines.emit(event) : undefined), close: lines.close }
  // Without columns ora takes back an endless number of rows.
  if (kind === 'tty' && stream.columns !== 0) return createTtyListener({ stream, colors, now: options.now })
  return lines
}

/** The code of a device login, for instance: nothing goes on until somebody has typed it. */
function mustBeTold(event: ShownEvent): boolean {
  return event.type === 'warning' && event.code === 'credential-plugin'
}

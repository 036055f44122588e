/** Live lines on a terminal: one, or one for each of several workspaces. */
import { describe, expect, it } from 'vitest'
import type { ShownEvent } from '#ui/progress/listener.ts'
import { createTtyListener } from '#ui/progress/tty.ts'
import { createColors } from '#ui/text/colors.ts'

const at = '2026-01-01T00:00:00.000Z'
type Body = ShownEvent extends infer E ? (E extends ShownEvent ? Omit<E, 'at' | 'phase'> : never) : never

function terminal(rows = 24) {
  const written: string[] = []
  let live: string | undefined
  const stream = {
    isTTY: false,
    columns: 60,
    rows,
    // What is written while the live lines are there would be taken back with them.
    write: (text: string) => written.push(live === undefined ? text.trimEnd() : `LOST ${text}`),
  } as unknown as NodeJS.WriteStream
  const colors = createColors({ stream, env: {}, color: false })
  const show = (text: string | undefined): void => {
    live = text
  }
  const spinner = { start: show, update: show, stop: () => show(undefined) }
  const listener = createTtyListener({ stream, colors, now: () => new Date(at), spinner })
  const emit = (event: Body, workspace?: string): void =>
    listener.emit({ at, phase: 'watch', ...event, ...(workspace === undefined ? {} : { workspace }) } as ShownEvent)
  return { emit, listener, written, live: () => live }
}

const begin = { type: 'phase.started', title: 'start' } as const
const finish = { type: 'phase.finished', title: 'start', elapsedMs: 2_000 } as const
const done = { type: 'workspace.finished', outcome: 'done', elapsedMs: 17_000 } as const
const state = (word: string) => ({ type: 'step.progress', subject: 'pod', state: word }) as const

describe('one workspace', () => {
  it('has one live line, and what is finished stays', () => {
    const { emit, written, live } = terminal()
    emit(begin)
    emit(state('pulling'))
    expect(live()).toBe('wait for the engine to start, 0 s › pod: pulling')
    emit(finish)
    expect([live(), written]).toEqual([undefined, ['✓ wait for the engine to start, 2 s']])
  })
})

describe('several workspaces', () => {
  it('have a line each, in the order in which they began, and one stays of each that has ended', () => {
    const { emit, written, live } = terminal()
    emit(begin, 'a')
    emit(begin, 'b')
    emit(state('pulling'), 'b')
    expect(live()).toBe('a: wait for the engine to start, 0 s\n  b: wait for the engine to start, 0 s › pod: pulling')
    emit(finish, 'a')
    emit(done, 'a')
    expect(live()).toBe('b: wait for the engine to start, 0 s › pod: pulling')
    emit({ type: 'workspace.finished', outcome: 'failed', code: 'QUOTA_EXCEEDED', elapsedMs: 4_000 }, 'b')
    expect(live()).toBeUndefined()
    expect(written).toEqual(['✓ a: done, 17 s', '✗ b: The cloud quota does not allow this node pool, after 4 s'])
  })

  it('more than there are rows for are counted', () => {
    const { emit, live } = terminal(5)
    for (const name of ['a', 'b', 'c', 'd']) emit(begin, name)
    expect(
      live()
        ?.split('\n')
        .map((line) => line.trim().slice(0, 10)),
    ).toEqual(['a: wait fo', 'b: wait fo', 'and 2 more'])
  })

  it('are out of the way while something is asked', () => {
    const { emit, listener, live } = terminal()
    emit(begin, 'a')
    listener.hold?.()
    expect(live()).toBeUndefined()
    listener.resume?.()
    expect(live()).toContain('a: wait')
  })
})

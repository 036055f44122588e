/** Several workspaces in one run: what becomes of the others when one fails, and how all of it is told. */
import { describe, expect, it } from 'vitest'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import { SeveralErrors } from '#core/several-errors.ts'
import type { Ports } from '#pipeline/ports.ts'
import { type Job, oneAtATime, sideBySide } from '#pipeline/runs/several/side-by-side.ts'
import { fakePorts, quickClock } from '../../../../support/fake-ports.ts'

const failure = (code: ErrorCode, details: string[] = []) =>
  new KaitoError({ code, phase: 'watch', message: `it is ${code}`, hint: 'look', details })

type Work = (ports: Ports) => Promise<string>
const ends: Work = async () => 'up'
const fails =
  (code: ErrorCode): Work =>
  () =>
    Promise.reject(failure(code))
/** Until something else ends it. */
const goesOn: Work = ({ signal }) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () =>
      reject((signal.reason as KaitoError).with({ left: ['a pool is left'], undo: 'undo it' })),
    )
  })

async function run(works: readonly Work[], { failFast = false, signal = new AbortController().signal } = {}) {
  const told: EventBody[] = []
  const ports = fakePorts({ clock: quickClock(), signal, emit: (event: EventBody) => void told.push(event) })
  const jobs = works.map((work, index): Job<string> => ({ workspace: `w${index}`, namespace: 'n', ports, run: work }))
  const { results, ends: ended, failure: failed } = await sideBySide(jobs, { failFast }, ports)
  return { results, outcomes: ended.map(({ outcome }) => outcome), error: failed?.error, told }
}

describe('side by side', () => {
  it('all are begun before one of them has ended', async () => {
    let begun = 0
    const together = Promise.withResolvers<void>()
    const waits: Work = async () => {
      begun += 1
      if (begun === 3) together.resolve()
      await together.promise
      return 'up'
    }
    expect(await run([waits, waits, waits])).toMatchObject({ results: ['up', 'up', 'up'], error: undefined })
  })

  it('no more than sixteen at once', async () => {
    let [now, most] = [0, 0]
    const counted: Work = async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 1))
      now -= 1
      return 'up'
    }
    expect((await run(Array(40).fill(counted))).results).toHaveLength(40)
    expect(most).toBe(16)
  })

  it('one that fails ends no other, and its message names it', async () => {
    const done = await run([ends, fails('QUOTA_EXCEEDED'), ends])
    expect(done).toMatchObject({
      results: ['up', 'up'],
      outcomes: ['done', 'failed', 'done'],
      error: { code: 'QUOTA_EXCEEDED', message: 'w1: it is QUOTA_EXCEEDED' },
    })
    expect(done.told.map((event) => event.type === 'workspace.finished' && event.outcome).sort()).toEqual([
      'done',
      'done',
      'failed',
    ])
  })

  it('with --fail-fast the first that fails stops the others, and those that wait are not begun', async () => {
    const done = await run([goesOn, fails('QUOTA_EXCEEDED'), ...Array(14).fill(goesOn), ends], { failFast: true })
    expect(done.outcomes.slice(0, 2)).toEqual(['stopped', 'failed'])
    expect(done.outcomes.at(-1)).toBe('not begun')
    const { error } = done
    expect(error).toBeInstanceOf(SeveralErrors)
    const { gravest, errors } = error as SeveralErrors
    expect(gravest).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(errors).toHaveLength(2)
    expect(errors[1]).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/^Stopped, because w1 failed\. Not done: w0, w2, /),
      left: Array(15).fill('a pool is left'),
    })
  })

  it('Ctrl-C is one error, with what each has left', async () => {
    const stop = new AbortController()
    const going = run([goesOn, goesOn, ends], { signal: stop.signal })
    await Promise.resolve()
    stop.abort(failure('INTERRUPTED'))
    expect(await going).toMatchObject({
      outcomes: ['stopped', 'stopped', 'done'],
      error: {
        code: 'INTERRUPTED',
        message: 'it is INTERRUPTED Not done: w0, w1.',
        hint: 'look',
        undo: { pieces: ['undo it', ' && ', 'undo it'] },
      },
    })
  })

  it('one alone is told as it always was', async () => {
    const done = await run([fails('QUOTA_EXCEEDED')])
    expect([done.error, done.told]).toMatchObject([{ message: 'it is QUOTA_EXCEEDED' }, []])
  })
})

describe('of several errors', () => {
  const codes = [
    'INTERRUPTED',
    'USAGE',
    'NO_FIT',
    'TIMED_OUT',
    'QUOTA_EXCEEDED',
    'NOT_ANSWERING',
    'CONFLICT',
    'LEFTOVERS',
  ] as const
  it.each(codes.map((code, index) => [code, codes.slice(0, index)] as const))(
    '%s is graver than %j',
    (code, lesser) => {
      for (const other of lesser) {
        expect(new SeveralErrors([failure(other), failure(code)]).gravest).toMatchObject({ code })
        expect(new SeveralErrors([failure(code), failure(other)]).gravest).toMatchObject({ code })
      }
    },
  )

  it('a bug is the gravest', () => {
    const bug = new TypeError('x')
    expect(new SeveralErrors([failure('LEFTOVERS'), bug]).gravest).toBe(bug)
  })
})

describe('a question', () => {
  it('is asked when the one before has its answer, also when that was no', async () => {
    const asked: string[] = []
    const answers = new Map([
      ['a', Promise.withResolvers<void>()],
      ['b', Promise.withResolvers<void>()],
    ])
    const ask = oneAtATime(async (about: string) => {
      asked.push(about)
      await answers.get(about)?.promise
    })
    const both = [ask('a'), ask('b')]
    await new Promise((resolve) => setTimeout(resolve))
    expect(asked).toEqual(['a'])
    answers.get('a')?.reject(failure('CONFIRMATION_REQUIRED'))
    await expect(both[0]).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    answers.get('b')?.resolve()
    await both[1]
    expect(asked).toEqual(['a', 'b'])
  })
})

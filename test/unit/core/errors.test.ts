import { describe, expect, it } from 'vitest'
import { ERRORS } from '#core/error-table.ts'
import { exitCodeFor, KaitoError } from '#core/errors.ts'
import { said } from '../../support/said.ts'

const failure = (code: keyof typeof ERRORS) => new KaitoError({ code, phase: 'plan', message: 'x', hint: 'y' })

describe('exitCodeFor', () => {
  it.each([
    ['USAGE', 2],
    ['NO_FIT', 3],
    ['CAPACITY_UNAVAILABLE', 4],
    ['PERMISSION_DENIED', 5],
    ['CRASH_LOOP', 6],
    ['TIMED_OUT', 7],
    ['LEFTOVERS', 8],
    ['INTERRUPTED', 130],
  ] as const)('%s ends with %i', (code, exit) => {
    expect(exitCodeFor(failure(code))).toBe(exit)
  })

  it('takes whatever it does not know for a bug', () => {
    expect(exitCodeFor(new TypeError('x'))).toBe(1)
    expect(exitCodeFor('thrown')).toBe(1)
    expect(exitCodeFor(undefined)).toBe(1)
  })
})

describe('ERRORS', () => {
  it('never ends a failure with 0, and keeps 1 for bugs', () => {
    const rows = Object.entries(ERRORS)
    expect(rows.filter(([, row]) => (row.exit as number) === 0)).toEqual([])
    expect(rows.filter(([, row]) => row.exit === 1).map(([code]) => code)).toEqual(['INTERNAL'])
  })

  it('has a code in capitals, a title without a full stop and a sentence of docs in each row', () => {
    for (const [code, { title, docs }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      expect(title).not.toMatch(/\.$/)
      expect(said(docs)).toMatch(/\.$/)
    }
  })
})

describe('KaitoError', () => {
  it('keeps its cause and defaults to "do not retry"', () => {
    const cause = new Error('below')
    const error = new KaitoError({ code: 'UNKNOWN', phase: 'apply', message: 'x', hint: 'y', cause })
    expect(error).toMatchObject({ name: 'KaitoError', retryable: 'no', details: [], cause })
    expect(failure('UNKNOWN')).not.toHaveProperty('cause')
  })
  it('told in other words keeps everything else', () => {
    const problems = [{ file: 'a.yaml', line: 3, rule: 'unknown-field', severity: 'error', message: 'no' }] as const
    const fields = {
      code: 'SPEC_INVALID',
      phase: 'spec',
      message: 'x',
      reason: 'why',
      details: ['one'],
      raw: { a: 1 },
    } as const
    const error = new KaitoError({
      ...fields,
      hint: 'y',
      retryable: 'later',
      resource: { kind: 'Pod', name: 'p' },
      problems,
    })
    expect({ ...error.with({ hint: 'z' }) }).toEqual({ ...error, hint: 'z' })
  })
})

import { describe, expect, it } from 'vitest'
import { sampleOf } from './sample.ts'

const ALL = Array.from({ length: 20 }, (_, index) => index)

describe('a sample', () => {
  it('of sixteen commits in a row: together they go through everything, none through nothing', () => {
    const commits = Array.from({ length: 16 }, (_, index) => (0xabc0 + index).toString(16))
    const samples = commits.map((commit) => sampleOf('points', ALL, 8, commit).cases)
    expect([...new Set(samples.flat())].sort((a, b) => a - b)).toEqual(ALL)
    expect(Math.min(...samples.map(({ length }) => length))).toBe(2)
  })

  it('says how many of how many it took, and how to take the same again', () => {
    const { says } = sampleOf('points', ALL, 8, '0123456789ab')
    expect(says).toBe(
      'points: 3 of 20, the share of commit 0123456789ab (the same again: KAITO_SWEEP=0123456789ab; all: npm run sweep)',
    )
  })

  it('leaves to others all that it does not take', () => {
    const { cases, left } = sampleOf('points', ALL, 4, 'abc1')
    expect(cases).toEqual([1, 5, 9, 13, 17])
    expect([...cases, ...left].sort((a, b) => a - b)).toEqual(ALL)
  })

  it('may be all of them', () => {
    expect(sampleOf('points', ALL, 8, 'all')).toEqual({ cases: ALL, left: [], says: 'points: all 20' })
  })
})

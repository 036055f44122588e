/** The simulated tokens and answers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatAnswer, LONGEST_PIECE, tokensOf, write } from '#sandbox/engines/vllm/script.ts'

describe('tokens', () => {
  it('joined, they are the text again, and none is longer than the longest', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const tokens = tokensOf(text)
        expect(tokens.join('')).toBe(text)
        for (const token of tokens) expect([...token].length).toBeLessThanOrEqual(LONGEST_PIECE)
      }),
    )
  })
})

describe('an answer', () => {
  it('says that it is simulated, and quotes the question', () => {
    expect(chatAnswer('Why?', 'tiny')).toMatch(/^This is kaito's sandbox: no model ran\. You asked: "Why\?"/)
  })

  it('ends at the budget', () => {
    expect(write('one two three', 2, [])).toEqual({ pieces: ['one', ' two'], finish: 'length', stopReason: null })
    expect(write('one two three', 3, []).finish).toBe('stop')
  })

  it('ends before the first stop string', () => {
    expect(write('one two three', 9, ['three', ' two'])).toEqual({
      pieces: ['one'],
      finish: 'stop',
      stopReason: ' two',
    })
  })
})

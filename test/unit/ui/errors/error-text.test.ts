/** An error for people: one sentence, its cause, what is left, and one command to go on with. */
import { expect, it } from 'vitest'
import { advice, kaito } from '#core/advice.ts'
import { KaitoError, type KaitoErrorFields } from '#core/errors.ts'
import { formatError } from '#ui/errors/error-text.ts'
import { createColors } from '#ui/text/colors.ts'
import { said } from '../../../support/said.ts'
import { plainLook } from '../samples.ts'

const text = (fields: Partial<KaitoErrorFields>): string =>
  formatError(
    new KaitoError({ code: 'KV_CACHE_TOO_SMALL', phase: 'watch', message: 'It does not fit.', hint: 'Go.', ...fields }),
    { isVerbose: false, say: said, colors: createColors(plainLook) },
  ).join('\n')

it('is a sentence with its code, and what to do', () => {
  expect(text({})).toBe(`✗ It does not fit. [KV_CACHE_TOO_SMALL]
  next   Go.`)
})

it('says the cause, the place, what is left and both ways out, each once', () => {
  expect(
    text({
      message: 'Pod/mistral-7b-abc, container engine: A context of 32768 tokens does not fit the KV cache.',
      reason: 'ValueError: To serve at least one request …',
      resource: { kind: 'Pod', name: 'mistral-7b-abc', namespace: 'default' },
      left: ['Node pool k (1 × M, about $3.20 per hour) exists or is being made.', 'Objects are in namespace default.'],
      undo: advice`${kaito('delete', { workspace: 'mistral-7b', settings: { yes: true } })}`,
    }),
  ).toBe(`✗ A context of 32768 tokens does not fit the KV cache. [KV_CACHE_TOO_SMALL]
  cause  ValueError: To serve at least one request …
  about  Pod/mistral-7b-abc in namespace default
  left   Node pool k (1 × M, about $3.20 per hour) exists or is being made.
         Objects are in namespace default.
  next   Go.
  undo   kaito delete mistral-7b --yes`)
})

it('keeps the place in the sentence where the rest is none', () => {
  const resource = { kind: 'Pod', name: 'p', namespace: 'default' }
  expect(text({ message: 'Pod/p, container engine: ended 3 times with exit code 1.', resource }).split('\n')).toEqual([
    '✗ Pod/p, container engine: ended 3 times with exit code 1. [KV_CACHE_TOO_SMALL]',
    '  next   Go.',
  ])
})

it('says nothing twice: neither a cause nor a detail nor an object that the sentence has', () => {
  expect(
    text({
      message: 'No node fits: a: 2 GiB are missing.',
      reason: '2 GiB are missing',
      details: ['a: 2 GiB are missing', 'b: 3 GiB are missing'],
      left: ['Node pool kmistral exists.'],
      resource: { kind: 'NodePool', name: 'kmistral' },
    }),
  ).toBe(`✗ No node fits: a: 2 GiB are missing. [KV_CACHE_TOO_SMALL]
         - b: 3 GiB are missing
  left   Node pool kmistral exists.
  next   Go.`)
})

it('a no is no failure', () => {
  expect(text({ code: 'DECLINED', message: 'Nothing changed.', hint: '' })).toBe('Nothing changed.')
})

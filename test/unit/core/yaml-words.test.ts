/** A parser quotes what it stumbles over: none of it may be shown, because it may be the value of a Secret. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { yamlWords } from '#core/yaml-words.ts'

const SECRET = 'hunter2hunter2'

function messagesOf(text: string): string[] {
  return parseAllDocuments(text, { logLevel: 'silent' }).flatMap((doc) => {
    const said = [...doc.errors, ...doc.warnings].map(({ message }) => message)
    try {
      doc.toJS()
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error))
    }
    return said
  })
}

it.each([
  '*',
  '!',
  '!!',
  '!<',
  '!a!',
  '>',
  '|',
  '|+-',
  '&a &',
  '@',
  '`',
  '%',
  '"',
  "'",
  '"\\',
  '[',
  '{a: ',
  '? ',
  '- ',
  '!!int ',
  '<<: *',
])('what follows %s is not in its words', (begin) => {
  const messages = ['', 'key: ', 'key: { key: ', 'key:\n  - '].flatMap((before) =>
    messagesOf(`${before}${begin}${SECRET}`),
  )
  expect(messages.map(yamlWords).filter((words) => words.includes(SECRET))).toEqual([])
})

it('nor anything else of a text, whatever it is', () => {
  const part = fc.constantFrom(
    '*',
    '!',
    '&',
    '>',
    '|',
    '%',
    '@',
    '"',
    "'",
    '\\x',
    '[',
    '{',
    ':',
    ' ',
    '\n',
    '- ',
    '? ',
    ',',
    '#',
    'a',
    '---',
    '\t',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(part, { maxLength: 8 }), (before, after) => {
      const messages = messagesOf(`key: ${before.join('')}${SECRET}${after.join('')}`)
      return messages
        .map(yamlWords)
        .every((words) => !words.includes('hunter2') && words !== '' && !words.includes('\n'))
    }),
    { numRuns: 2_000 },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { AS_IS, blockYaml } from '#core/objects/block-yaml.ts'

const WORDS = [
  'null',
  'TRUE',
  'no',
  '0x1f',
  '0o7',
  '1e3',
  '-.5',
  '.inf',
  '+1',
  '1.',
  '-',
  '?',
  ':',
  'a:',
  'a: b',
  'a #b',
  '-a',
  '~',
  '=',
  '',
]
const piece = fc.constantFrom(...'aZ09_./:@=+,-?# \n\t"\'%[]{}&*!|>`~$é'.split(''), '---', '...', ': ', ' #')
const text = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string(),
  fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
)
/** At the left edge it would end the document, which no field of an object is called. */
const key = text.filter((name) => !/^(?:%|---|\.\.\.)/m.test(name) && name !== '__proto__')
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}))

describe('YAML in blocks', () => {
  it('is what the YAML package writes, byte for byte', () => {
    fc.assert(
      fc.property(key, value, (name, inner) => {
        expect(blockYaml({ [name]: inner })).toBe(stringify({ [name]: inner }, AS_IS))
      }),
      { numRuns: 2_000 },
    )
  })

  it('leaves out what is undefined', () => {
    const object = { a: undefined, b: { c: undefined }, d: [undefined, { e: undefined, f: 1 }] }
    expect(blockYaml(object)).toBe(stringify(object, AS_IS))
  })
})

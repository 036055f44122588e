import { describe, expect, it } from 'vitest'
import { secretValues } from '#core/objects/secret-values.ts'
import { parseWorkspaces } from '#core/workspace/parse.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'

describe('what a Secret holds', () => {
  it('is text, base64 and what it hides, whatever the field is called', () => {
    const secret = {
      kind: 'Secret',
      metadata: { name: 'not-this' },
      type: 'Opaque',
      stringData: { A: 'as text', N: 12345678 },
      data: { B: 'aGlkZGVu', C: '%broken%' },
      stringdata: { D: ['misspelt'] },
    }
    expect(secretValues(secret).sort()).toEqual(
      ['as text', '12345678', 'aGlkZGVu', 'hidden', '%broken%', 'misspelt'].sort(),
    )
  })

  it('is nothing in other kinds', () => {
    expect(secretValues({ kind: 'ConfigMap', data: { a: 'b' } })).toEqual([])
    expect(secretValues(null)).toEqual([])
  })

  it('is known although the input is refused', () => {
    const text = 'kind: List\nitems:\n- { kind: Secret, metadata: { name: x }, stringdata: { A: planted } }\n'
    const { input, secrets } = parseWorkspaces([{ label: 'x.yaml', text }], SHIPPED_ENGINES)
    expect(input).toBeUndefined()
    expect(secrets).toEqual(['planted'])
  })
})

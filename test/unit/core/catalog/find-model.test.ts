/** A model by any of its names, and what could have been meant. */
import { describe, expect, it } from 'vitest'
import { findModel } from '#core/catalog/find-model.ts'
import { said } from '../../../support/said.ts'
import { catalog, refusal, rows } from '../plan/fixtures.ts'

const { models } = catalog

describe('findModel', () => {
  it.each([
    'mistral-7b',
    'Mistral-7B',
    'mistral-7b-instruct',
    'mistralai/Mistral-7B-Instruct-v0.3',
    ' MISTRALAI/mistral-7b-instruct-V0.3 ',
  ])('finds %j', (name) => expect(findModel(models, name).name).toBe('mistral-7b-instruct'))

  it.each([
    ['mistral7b', 'mistral-7b'],
    ['phi4', 'phi-4'],
    ['mistrl', 'mistral-7b'],
    ['lama', 'llama-3.1-8b-instruct'],
    ['llama3', 'llama-3.1-8b-instruct'],
    ['llama-3.1-8b', 'llama-3.1-8b-instruct'],
    ['meta-llama/Llama-3.1-8B', 'llama-3.1-8b-instruct'],
  ])('%s: did you mean %s', (name, expected) => {
    expect(refusal(() => findModel(models, name))).toMatchObject({
      code: 'UNKNOWN_MODEL',
      details: expect.arrayContaining([expected]),
    })
  })

  it('near none of them, lists all, each once', () => {
    const error = refusal(() => findModel(models, 'zzzzzzzzzzzz'))
    const [, list = ''] = /^There are: (.*)\.$/.exec(said(error.hint)) ?? []
    expect(list.split(', ')).toHaveLength(rows.models.length)
    expect(list).toContain('mistral-7b-instruct (also mistral-7b)')
  })

  it('near some, names them once and a command that works, and not all the others', () => {
    expect(said(refusal(() => findModel(models, 'mistrl')).hint)).toBe(
      'Did you mean mistral-7b, mistral-7b-instruct? Try: kaito plan mistral-7b',
    )
  })

  it('tells of presets of your own for a model of the Hub', () => {
    expect(said(refusal(() => findModel(models, 'google/gemma-2-9b-it')).hint)).toContain('--presets FILE')
    expect(said(refusal(() => findModel(models, 'gemma-2-9b-it')).hint)).not.toContain('--presets FILE')
  })
})

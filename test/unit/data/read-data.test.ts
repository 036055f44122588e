/** Reading what is shipped: by any of a model's names, and with the file's path when something is broken. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findModel } from '#core/catalog/find-model.ts'
import { parseCatalog } from '#core/catalog/parse.ts'
import { KaitoError } from '#core/errors.ts'
import { bundleTemplates, readCatalog, readTemplates } from '#data/read-data.ts'

const catalog = readCatalog()

function thrown(call: () => unknown): KaitoError {
  try {
    call()
  } catch (error) {
    if (error instanceof KaitoError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseCatalog', () => {
  it('names the file and the field of what is broken', () => {
    const error = thrown(() => parseCatalog([{ path: 'models/x.yaml', text: 'name: x\ngated: perhaps' }]))
    expect(error).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('presets/models/x.yaml') })
    expect(error.details).toContainEqual(expect.stringMatching(/^models\/x\.yaml: gated: /))
  })

  it.each(['models/x.yaml', 'catalog.json', 'gpus/azure.yaml'])(
    'names %s when it is no YAML or JSON at all',
    (path) => {
      expect(thrown(() => parseCatalog([{ path, text: '{ [' }]))).toMatchObject({
        code: 'INTERNAL',
        message: expect.stringContaining(path),
      })
    },
  )

  it('knows the cloud of a machine by its file', () => {
    expect(new Set(catalog.gpus.map(({ cloud }) => cloud))).toEqual(new Set(['azure', 'aws', 'gcp']))
    expect(thrown(() => parseCatalog([{ path: 'gpus/oracle.yaml', text: '- { instanceType: x }' }])).code).toBe(
      'INTERNAL',
    )
  })
})

describe('readCatalog', () => {
  it('takes the one file of a build when it is there', () => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'catalog.json'), JSON.stringify(catalog))
    expect(readCatalog(dir)).toEqual(catalog)
  })
})

describe('readTemplates', () => {
  it('reads the one that is asked for', () => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'a.yaml'), 'kind: Service\n')
    expect(readTemplates(dir).read('a.yaml')).toEqual({ kind: 'Service' })
  })

  it('takes the one file of a build when it is there, and nobody can change it for the next', () => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'a.yaml'), 'kind: Service\n')
    writeFileSync(join(dir, 'templates.json'), bundleTemplates(dir))
    rmSync(join(dir, 'a.yaml'))
    const templates = readTemplates(dir)
    templates.read('a.yaml')['kind'] = 'changed'
    expect(templates.read('a.yaml')).toEqual({ kind: 'Service' })
  })
})

describe('findModel', () => {
  it.each([
    'mistral-7b',
    'Mistral-7B',
    'mistral-7b-instruct',
    'mistralai/Mistral-7B-Instruct-v0.3',
    ' MISTRALAI/mistral-7b-instruct-V0.3 ',
  ])('finds %j', (name) => expect(findModel(catalog, name).name).toBe('mistral-7b-instruct'))

  it.each([
    ['mistral7b', 'mistral-7b'],
    ['phi4', 'phi-4'],
    ['mistrl', 'mistral-7b'],
    ['lama', 'llama-3.1-8b-instruct'],
    ['llama3', 'llama-3.1-8b-instruct'],
    ['llama-3.1-8b', 'llama-3.1-8b-instruct'],
    ['meta-llama/Llama-3.1-8B', 'llama-3.1-8b-instruct'],
  ])('%s: did you mean %s', (name, expected) => {
    expect(thrown(() => findModel(catalog, name))).toMatchObject({
      code: 'UNKNOWN_MODEL',
      details: expect.arrayContaining([expected]),
    })
  })

  it.each(['zzzzzzzzzzzz', 'mistrl'])('lists all, each once, and says how many: %s', (name) => {
    const error = thrown(() => findModel(catalog, name))
    expect(error.message).toContain(`${catalog.models.length}`)
    const [, list = ''] = /(?:There are|; all): (.*)\.$/.exec(error.hint) ?? []
    expect(list.split(', ')).toHaveLength(catalog.models.length)
    expect(list).toContain('mistral-7b-instruct (also mistral-7b)')
  })

  it('tells of presets of your own for a model of the Hub', () => {
    expect(thrown(() => findModel(catalog, 'google/gemma-2-9b-it')).hint).toContain('--presets FILE')
    expect(thrown(() => findModel(catalog, 'gemma-2-9b-it')).hint).not.toContain('--presets FILE')
  })
})

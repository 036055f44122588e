/** Shipped presets as they are read: with the file's path when something is broken. */
import { describe, expect, it } from 'vitest'
import { type CatalogFile, parseCatalog } from '#core/catalog/parse.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { refusal, rows } from '../plan/fixtures.ts'

const parse = (files: readonly CatalogFile[]) => parseCatalog(files, SHIPPED_ENGINES)

describe('parseCatalog', () => {
  it('names the file and the field of what is broken', () => {
    const error = refusal(() => parse([{ path: 'models/x.yaml', text: 'name: x\ngated: perhaps' }]))
    expect(error).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('presets/models/x.yaml') })
    expect(error.details).toContainEqual(expect.stringMatching(/^models\/x\.yaml:2: gated: /))
  })

  it.each(['models/x.yaml', 'engines/vllm-1.json', 'gpus/azure.yaml'])(
    'names %s when it is no YAML or JSON at all',
    (path) => {
      expect(refusal(() => parse([{ path, text: '{ [' }]))).toMatchObject({
        code: 'INTERNAL',
        message: expect.stringContaining(path),
      })
    },
  )

  it('knows the cloud of a machine by its file', () => {
    expect(new Set(rows.gpus.map(({ cloud }) => cloud))).toEqual(new Set(['azure', 'aws', 'gcp']))
    expect(refusal(() => parse([{ path: 'gpus/oracle.yaml', text: '- { instanceType: x }' }])).code).toBe('INTERNAL')
  })
})

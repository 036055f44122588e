/** Templates as they are shipped: as files, and as the one file of a build. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleTemplates, readTemplates } from '#data/templates.ts'

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

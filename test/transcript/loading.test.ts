/** What a command loads and reads: no more than it needs, however much there is. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { kaitoWithCatalogOf, MACHINE, MODEL } from '../support/catalog-of.ts'
import { KAITO } from '../support/run-kaito.ts'
import type { Loaded } from '../support/tell-loaded.ts'

const HOOK = fileURLToPath(new URL('../support/tell-loaded.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kaito-loading-'))
const FILE = join(folder, 'workspace.yaml')
writeFileSync(
  FILE,
  `apiVersion: kaito.sh/v1beta1\nkind: Workspace\nmetadata: { name: own }\ninference: { preset: { name: ${MODEL} } }\n`,
)

function run(bin: string, args: string): { status: number | null; stdout: string; loaded: Loaded } {
  const told = join(folder, 'told.json')
  const { PATH = '' } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--import', HOOK, bin, ...args.split(' ')], {
    encoding: 'utf8',
    env: { PATH, HOME: folder, CI: 'true', KAITO_TELL_LOADED: told },
  })
  return { status, stdout, loaded: JSON.parse(readFileSync(told, 'utf8')) as Loaded }
}

describe('zod and the YAML parser', () => {
  const PARSERS = ['yaml-parser.cjs', 'zod.cjs']
  const parsersOf = (args: string): string[] =>
    run(KAITO, args)
      .loaded.code.filter((path) => PARSERS.includes(path))
      .sort()

  it.each([
    '--version',
    '--help',
    'render --help',
    'completion bash',
    'complete -- render mis',
    `render ${MODEL} --byo`,
    `render ${MODEL} --cloud azure`,
    `render ${MODEL} --byo -o name`,
    `render ${MODEL} --byo -o json`,
    // There is no kubeconfig to read.
    `status ${MODEL}`,
    'lint none.yaml',
  ])('are not loaded where nothing of a user’s is read: %s', (args) => {
    expect(parsersOf(args)).toEqual([])
  })

  it('are loaded for a file', () => {
    expect(parsersOf(`render -f ${FILE} --byo`)).toEqual(PARSERS)
  })
})

it('a start loads no client, and for the version no command', () => {
  expect(run(KAITO, '--version').loaded.code.sort()).toEqual(['first.cjs', 'main.cjs'])
  const { code } = run(KAITO, `render ${MODEL} --byo -o json`).loaded
  expect(code).not.toContain('kube.cjs')
  expect(code).not.toContain('azure.cjs')
  expect(code.length).toBeLessThanOrEqual(8)
})

describe('a catalogue of 200 models and 300 machine types', () => {
  const [few, many] = [kaitoWithCatalogOf(10, 10), kaitoWithCatalogOf(200, 300)]

  it.each([
    `render ${MODEL} --byo`,
    `render ${MODEL} --cloud azure --instance-type ${MACHINE}`,
    `render -f ${FILE} --byo`,
    `lint -f ${FILE}`,
  ])('costs no byte more to read than one of ten: %s', (args) => {
    const [small, large] = [run(few, args), run(many, args)]
    expect(small.status).toBe(0)
    expect(large.stdout).toBe(small.stdout)
    expect(Object.keys(small.loaded.data).length).toBeGreaterThan(2)
    expect(large.loaded).toEqual(small.loaded)
  })

  it('where a machine is to be chosen, those of the cloud are read, and no other file', () => {
    const args = `render ${MODEL} --cloud azure`
    const [small, large] = [run(few, args), run(many, args)]
    expect(large.stdout).toBe(small.stdout)
    const grown = Object.keys(large.loaded.data).filter((path) => large.loaded.data[path] !== small.loaded.data[path])
    expect(grown).toEqual(['machines/azure.json'])
  })
})

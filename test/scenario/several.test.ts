/** Several workspaces in one input: a failure of one does not hide what the others have become. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { cloudPools, createNamespace, deleteNamespace, direct, scriptCloud } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

interface Said {
  workspace?: string
  type?: string
  title?: string
}

const folder = mkdtempSync(join(tmpdir(), 'kaito-several-'))
let namespace = ''
let pools: string[] = []
const run = (...args: string[]) => kaito([...args, '-n', namespace, '--yes', '-o', 'json'], { env: direct })
const saidIn = (stderr: string): Said[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Said)

beforeAll(async () => {
  namespace = await createNamespace()
  pools = await cloudPools()
  for (const name of ['first', 'second', 'third']) {
    const workspace = {
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      metadata: { name },
      inference: { preset: { name: 'mistral-7b-instruct' } },
    }
    writeFileSync(join(folder, `${name}.yaml`), stringify(workspace))
  }
})
afterAll(async () => {
  await run('delete', '-f', folder)
  expect(await cloudPools()).toEqual(pools)
  await deleteNamespace(namespace)
  rmSync(folder, { recursive: true, force: true })
})

describe('three workspaces, of which the second fails', () => {
  it('the first is a result on stdout, and the error names it and the third, which was not begun', async () => {
    const args = ['deploy', '-f', folder, '--yes', '-n', namespace, '-o', 'json', '--progress', 'json']
    let isScripted = false
    const done = await kaito(args, {
      env: direct,
      onStart(child) {
        child.stderr?.on('data', (text: Buffer) => {
          if (isScripted || !text.toString().includes('"title":"start"')) return
          isScripted = true
          void scriptCloud({ next: 'quota' })
        })
      },
    })
    expect(done.code, done.stderr).toBe(4)
    expect(JSON.parse(done.stdout)).toMatchObject({
      kind: 'List',
      items: [{ kind: 'Deploy', plan: { objectName: 'first' } }],
    })
    const error = JSON.parse(done.stderr.trimEnd().split('\n').at(-1) ?? '') as { message: string; details: string[] }
    expect(error.message).toMatch(/^second: /)
    expect(error.details.join('\n')).toMatch(
      new RegExp(`first is deployed .* Undo: kaito delete first -n ${namespace}.*\nNot begun: third\\.`),
    )
    expect((await cloudPools()).length).toBe(pools.length + 1)
  })

  it('all are planned before the first pool is asked for, and each event names its workspace', async () => {
    const done = await run('deploy', '-f', folder, '--progress', 'json')
    expect(done.code, done.stderr).toBe(0)
    const phases = saidIn(done.stderr).filter(({ type }) => type === 'phase.started')
    expect(phases.slice(0, 3).map(({ workspace, title }) => `${workspace} ${title}`)).toEqual([
      'first plan',
      'second plan',
      'third plan',
    ])
    expect(phases.filter(({ workspace }) => workspace === undefined)).toEqual([])
    expect((JSON.parse(done.stdout) as { items: unknown[] }).items.length).toBe(3)
  })

  it('alone, a workspace is not named in its events', async () => {
    const done = await run('deploy', '-f', join(folder, 'first.yaml'), '--progress', 'json')
    expect(done.code, done.stderr).toBe(0)
    expect(saidIn(done.stderr).filter(({ workspace }) => workspace !== undefined)).toEqual([])
  })
})

it('one that is refused in preflight keeps all of them from being begun', async () => {
  const before = await cloudPools()
  const file = join(folder, 'zz.yaml')
  writeFileSync(
    file,
    stringify({
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      metadata: { name: 'refused', annotations: { 'kaito.sh/cluster': 'prod-eu' } },
      inference: { preset: { name: 'mistral-7b-instruct' } },
    }),
  )
  const good = join(folder, 'first.yaml')
  const done = await run('deploy', '-f', good, '-f', file, '--progress', 'json').finally(() => rmSync(file))
  expect(done.code, done.stderr).toBe(3)
  expect(done.stdout).toBe('')
  expect(saidIn(done.stderr).filter(({ title }) => title === 'node pool')).toEqual([])
  expect(await cloudPools()).toEqual(before)
})

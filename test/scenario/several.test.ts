/** Several workspaces in one input: side by side, and a failure of one neither ends the others nor hides what they have become. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct, scriptCloud } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'

interface Said {
  workspace?: string
  outcome?: string
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
  for (const name of ['first', 'second', 'third']) writeFileSync(join(folder, `${name}.yaml`), workspaceText({ name }))
})
afterAll(async () => {
  await run('delete', '-f', folder, '--ignore-not-found')
  expect(await cloudPools()).toEqual(pools)
  await deleteNamespace(namespace)
  rmSync(folder, { recursive: true, force: true })
})

describe('three workspaces, of which one fails', () => {
  it('the others are results on stdout, the error names the one, and all of them were tried', async () => {
    await scriptCloud({ next: 'quota' })
    const done = await run('deploy', '-f', folder, '--progress', 'json')
    expect(done.code, done.stderr).toBe(4)
    const { kind, items } = JSON.parse(done.stdout) as { kind: string; items: { plan: { objectName: string } }[] }
    expect(kind).toBe('List')
    const up = items.map(({ plan }) => plan.objectName)
    expect(up).toHaveLength(2)
    const error = JSON.parse(done.stderr.trimEnd().split('\n').at(-1) ?? '') as { message: string }
    const failed = ['first', 'second', 'third'].find((name) => !up.includes(name))
    expect(error.message).toMatch(new RegExp(`^${failed}: `))
    expect((await cloudPools()).length).toBe(pools.length + 2)
    const ends = saidIn(done.stderr).filter(({ type }) => type === 'workspace.finished')
    expect(ends.map(({ workspace, outcome }) => `${workspace} ${outcome}`).sort()).toEqual(
      ['first', 'second', 'third'].map((name) => `${name} ${name === failed ? 'failed' : 'done'}`),
    )
  })

  it('with --fail-fast the others are stopped, and say what they leave; the same command again goes on', async () => {
    expect((await run('delete', '-f', folder, '--ignore-not-found')).code).toBe(0)
    await scriptCloud({ next: 'quota' })
    const done = await kaito(['deploy', '-f', folder, '-n', namespace, '--yes', '--fail-fast'], { env: direct })
    expect(done.code, done.stderr).toBe(4)
    expect(done.stdout.match(/ {2}stopped/g)).toHaveLength(2)
    expect(done.stderr).toMatch(/Stopped, because (first|second|third) failed\. Not done: /)
    expect(done.stderr.match(/Node pool \S+ .* exists or is being made/g)).toHaveLength(2)
  })

  it('all are planned before the first pool is asked for, each event names its workspace, and a busy cloud is waited for', async () => {
    await scriptCloud({ next: 'busy', times: 2 })
    const done = await run('deploy', '-f', folder, '--progress', 'json')
    expect(done.code, done.stderr).toBe(0)
    expect(done.stderr.match(/"state":"waiting: another operation is changing the cluster"/g)).toHaveLength(1)
    const phases = saidIn(done.stderr).filter(({ type }) => type === 'phase.started')
    expect(phases.slice(0, 3).map(({ workspace, title }) => `${workspace} ${title}`)).toEqual([
      'first plan',
      'second plan',
      'third plan',
    ])
    expect(phases.filter(({ workspace }) => workspace === undefined)).toEqual([])
    expect(saidIn(done.stderr).filter(({ type }) => type === 'target')).toHaveLength(1)
    expect((JSON.parse(done.stdout) as { items: unknown[] }).items.length).toBe(3)
  })

  it('for people they are one table, in the order of the input', async () => {
    const done = await kaito(['deploy', '-f', folder, '-n', namespace], { env: direct })
    expect(done.code, done.stderr).toBe(0)
    const [head, ...rows] = done.stdout.split('\n')
    expect(head).toMatch(/^NAME +STATE +MODEL +MACHINES +PER HOUR +TOOK$/)
    expect(rows.slice(0, 3).map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual(
      ['first', 'second', 'third'].map((name) => [name, 'answers', 'mistral-7b-instruct']),
    )
    expect(done.stdout).toContain('All together $9.60 per hour')
  })

  it('with -q they are told by the exit code alone', async () => {
    const done = await kaito(['deploy', '-f', folder, '-n', namespace, '-q'], { env: direct })
    expect(done).toMatchObject({ code: 0, stdout: '', stderr: '' })
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
  writeFileSync(file, workspaceText({ name: 'refused', annotations: { 'kaito.sh/cluster': 'prod-eu' } }))
  const good = join(folder, 'first.yaml')
  const done = await run('deploy', '-f', good, '-f', file, '--progress', 'json').finally(() => rmSync(file))
  expect(done.code, done.stderr).toBe(3)
  expect(done.stdout).toBe('')
  expect(saidIn(done.stderr).filter(({ title }) => title === 'node pool')).toEqual([])
  expect(await cloudPools()).toEqual(before)
})

it('a delete of several goes on where one cannot be removed, and ends as the gravest does', async () => {
  await scriptCloud({ next: 'refuse-delete' })
  const done = await kaito(['delete', '-f', folder, '-n', namespace, '--yes'], { env: direct })
  expect(done.code, done.stderr).toBe(8)
  expect(done.stdout.match(/ {2}deleted {2}/g)).toHaveLength(2)
  expect(done.stderr).toMatch(/(first|second|third): The node pool \S+ \(1 × \S+\) is still there and still bills/)
  expect((await cloudPools()).length).toBe(pools.length + 1)
})

/** What the sandbox keeps is for its owner alone, and what others put in its way is not believed. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeEach(() => {
  sandbox = ownSandbox()
})
afterEach(() => sandbox.end())

const plan = () => sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])

it('every file is for its owner’s eyes', async () => {
  expect((await plan()).code).toBe(0)
  await sandbox.run(['sandbox', 'down'])
  const folder = dirname(sandbox.file('state.json'))
  const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)])
  expect(modes.length).toBeGreaterThan(3)
  expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
})

it('a link in its way is replaced and not followed', async () => {
  const precious = join(sandbox.state, 'precious')
  writeFileSync(precious, 'precious')
  mkdirSync(dirname(sandbox.file('state.json')), { recursive: true })
  for (const name of ['state.json.new', 'cloud.json.new', 'process.json.new', 'kubeconfig.new'])
    symlinkSync(precious, sandbox.file(name))
  expect((await plan()).code).toBe(0)
  await sandbox.run(['sandbox', 'down'])
  expect(readFileSync(precious, 'utf8')).toBe('precious')
  expect(lstatSync(sandbox.file('state.json')).isFile()).toBe(true)
})

it('a folder that others may read is closed', async () => {
  const folder = dirname(sandbox.file('state.json'))
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o777)
  expect((await sandbox.run(['status'])).code).toBe(0)
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
})

it('a folder of another user is not used', async () => {
  mkdirSync(dirname(sandbox.file('state.json')), { recursive: true })
  const somebody = join(sandbox.state, 'somebody.cjs')
  writeFileSync(somebody, 'process.getuid = () => 54321')
  const { code, stderr } = await sandbox.run(['status'], { env: { NODE_OPTIONS: `--require=${somebody}` } })
  expect(code, stderr).toBe(5)
  expect(stderr).toContain('belongs to another user')
})

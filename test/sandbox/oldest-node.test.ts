/** The oldest Node that package.json promises: everything that a user does, and nothing that Node has to say about it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KAITO, type Run, runProgram } from '../support/run-kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'
import { ownSandbox } from './sandbox.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const { engines } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { engines: { node: string } }
const OLDEST = engines.node.replace('>=', '')

const sandbox = ownSandbox()
const FILE = `${sandbox.state}/two.yaml`
writeFileSync(FILE, ['one', 'two'].map((name) => workspaceText({ name }, 'phi-4')).join('---\n'))
let node = ''
const run = (...args: string[]): Promise<Run> =>
  runProgram([node, KAITO, ...args], { PATH: process.env['PATH'], HOME: sandbox.state, ...sandbox.env })

beforeAll(async () => {
  node = fetched(OLDEST)
  // By the oldest one, too.
  await run('sandbox', 'up', '--sandbox-speed', '120')
}, 180_000)
afterAll(() => sandbox.end())

/** The packages of which npm's `node` is put together: nothing but its program is taken. */
function fetched(version: string): string {
  const { platform, arch } = process
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`
  const folder = `${ROOT}/node_modules/.oldest-node`
  const program = `${folder}/node_modules/${name}/bin/node`
  if (!existsSync(program) || execFileSync(program, ['--version']).toString().trim() !== `v${version}`)
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${version}`])
  return program
}

it('is the one that is tried', async () => {
  expect(execFileSync(node, ['--version']).toString().trim()).toBe(`v${OLDEST}`)
})

it.each([
  `lint -f ${FILE}`,
  `render -f ${FILE} --byo --cloud azure`,
  'plan phi-4',
  `deploy -f ${FILE} --yes`,
  'status',
  'status one --deep',
  'wait two',
  'logs one',
  'chat one -p Hello',
  `delete -f ${FILE} --yes`,
])('kaito %s', async (args) => {
  const { code, stderr } = await run(...args.split(' '))
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/\(node:\d+\)|Warning:|A bug in kaito/)])
})

it('an older one is refused in one sentence, with an exit code that means nothing else', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { node: '22.11.9' } }); require(${JSON.stringify(KAITO)})`
  const { code, stdout, stderr } = await runProgram([node, '--eval', older], {})
  expect([code, stdout]).toEqual([70, ''])
  expect(stderr).toMatch(/^kaito needs Node 22\.12 or newer; this is v\S+\.\n$/)
})

/** A path on which one request in twenty is lost, cut, delayed or refused, to the cluster and to the cloud. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LossyPath, startLossyPath } from '../emulators/lossy/server.ts'
import type { Run } from '../support/run-kaito.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const SHARE = 0.05
const PAIRS = 15
/** Of the thirty. */
const FIRST_TRIES = 29

let sandbox: OwnSandbox
let paths: LossyPath[]
beforeAll(async () => {
  sandbox = ownSandbox()
  await sandbox.run(['sandbox', 'up', '--sandbox-speed', '1000'])
  const { url, armUrl } = sandbox.process()
  const { origin, pathname } = new URL(armUrl)
  paths = [await startLossyPath(url, SHARE), await startLossyPath(origin, SHARE)]
  // Who asks the sandbox itself goes there directly.
  rewrite('kubeconfig', url, paths[0]?.url ?? '')
  rewrite('process.json', origin + pathname, (paths[1]?.url ?? '') + pathname)
})
afterAll(async () => {
  for (const path of paths) path.close()
  await sandbox.end()
})

function rewrite(name: string, from: string, to: string): void {
  const before = readFileSync(sandbox.file(name), 'utf8')
  expect(before).toContain(from)
  writeFileSync(sandbox.file(name), before.replaceAll(from, to))
}

function reseed(seed: number | undefined): void {
  for (const path of paths) path.reseed(seed)
}

interface Tried {
  seed: number
  command: string
  tries: Run[]
}

async function tried(seed: number, ...args: string[]): Promise<Tried> {
  const tries: Run[] = []
  while (tries.length < 2 && tries.at(-1)?.code !== 0) {
    reseed(seed + tries.length)
    tries.push(await sandbox.run([...args, '--yes', '-o', 'json']))
  }
  return { seed, command: args.join(' '), tries }
}

it(`of ${2 * PAIRS} deploys and deletes at least ${FIRST_TRIES} end well at the first try, and all at the second`, async () => {
  const all: Tried[] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    all.push(await tried(pair * 10, 'deploy', 'mistral-7b'))
    all.push(await tried(pair * 10 + 5, 'delete', 'mistral-7b'))
  }
  const failed = all.filter(({ tries }) => tries.length > 1)
  const told = failed.map(({ seed, command, tries }) => `${command}, seed ${seed}:\n${tries[0]?.stderr}`).join('\n')
  expect(
    all.filter(({ tries }) => tries.at(-1)?.code !== 0),
    told,
  ).toEqual([])
  expect(all.length - failed.length, told).toBeGreaterThanOrEqual(FIRST_TRIES)
  // Nothing would be learned on a path on which nothing happens.
  for (const { met } of paths) expect(Object.values(met).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(5)
}, 600_000)

it.each([
  ['is made', /node pool, usually/],
  ['starts its engine', /wait for the engine to start/],
])('nine seconds without an API server, while a workspace %s: the deploy waits and ends with 0', async (_, phase) => {
  reseed(undefined)
  const going = sandbox.start('deploy', 'mistral-7b', '--yes', '--sandbox-speed', '60')
  await going.warns(phase)
  await paths[0]?.away(9_000)
  const done = await going.ended
  expect(done.code, done.stderr).toBe(0)
  expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
})

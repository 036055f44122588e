/** Two clusters in one kubeconfig: a run stays in the one that it began in, and so do the commands that it prints. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { runKaito } from '../support/run-kaito.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

interface Config {
  clusters: { name: string; cluster: object }[]
  users: { name: string; user: object }[]
}

let [here, there]: OwnSandbox[] = []
let kubeconfig = ''
beforeAll(async () => {
  ;[here, there] = [ownSandbox(), ownSandbox()]
  for (const sandbox of [here, there]) await sandbox?.run(['sandbox', 'up', '--sandbox-speed', '1000'])
  kubeconfig = join(here?.state ?? '', 'both')
  use('there')
})
afterAll(async () => {
  for (const sandbox of [here, there]) await sandbox?.end()
})

/** As `kubectl config use-context` does. */
function use(current: string): void {
  const both = Object.entries({ here, there }).map(([name, sandbox]) => {
    const { clusters, users } = parse(readFileSync(sandbox?.file('kubeconfig') ?? '', 'utf8')) as Config
    return { name, cluster: clusters[0]?.cluster, user: users[0]?.user }
  })
  const contexts = both.map(({ name }) => ({ name, context: { cluster: name, user: name } }))
  const config = { 'current-context': current, contexts, clusters: both, users: both }
  writeFileSync(kubeconfig, stringify(config, { aliasDuplicateObjects: false }))
}

const run = (args: readonly string[], onStart?: Parameters<typeof runKaito>[2]) =>
  runKaito(
    args,
    {
      PATH: process.env['PATH'],
      HOME: here?.state,
      KUBECONFIG: kubeconfig,
      CI: 'true',
      KAITO_TEST_AZURE_ENDPOINT: here?.process().armUrl,
      KAITO_TEST_AZURE_POLL_MS: '50',
      KAITO_TEST_PACE: '100',
    },
    onStart,
  )
const workspacesOf = async (context: string): Promise<string[]> => {
  const { stdout } = await run(['status', '--context', context, '-o', 'json'])
  return (JSON.parse(stdout) as { workspaces: { workspace: string }[] }).workspaces.map(({ workspace }) => workspace)
}

it('a deploy stays where it began, whichever context becomes the current one meanwhile', async () => {
  const done = await run(['deploy', 'mistral-7b', '--yes', '--context', 'here'], {
    onStart(child) {
      child.stderr?.once('data', () => use('here'))
      child.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('node pool')) use('there')
      })
    },
  })
  expect(done.code, done.stderr).toBe(0)
  expect([await workspacesOf('here'), await workspacesOf('there')]).toEqual([['mistral-7b'], []])
  const commands = done.stdout.match(/kaito (?:chat|endpoint|delete) mistral-7b.*/g) ?? []
  expect(commands.length).toBeGreaterThan(2)
  expect(commands.filter((command) => !command.includes('--context here'))).toEqual([])
  expect(commands.filter((command) => !command.includes(kubeconfig))).toEqual([])
})

it('the same name in the other context is another workspace, and a delete there takes nothing away here', async () => {
  expect((await run(['status', 'mistral-7b'])).code).toBe(5)
  await run(['delete', 'mistral-7b', '--yes', '--byo'])
  expect(await workspacesOf('here')).toEqual(['mistral-7b'])
  const gone = await run(['delete', 'mistral-7b', '--yes', '--context', 'here'])
  expect(gone.code, gone.stderr).toBe(0)
  expect(await workspacesOf('here')).toEqual([])
})

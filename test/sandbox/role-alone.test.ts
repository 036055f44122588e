/** Whoever has the Role of docs/rights.md alone, in one namespace: what a deploy prints to take it away again works. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LossyPath, startLossyPath } from '../emulators/lossy/server.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
let path: LossyPath
beforeAll(async () => {
  sandbox = ownSandbox()
  // A second node with a GPU, and nobody on it.
  for (const replicas of ['2', '1']) {
    const done = await sandbox.run(['deploy', 'mistral-7b', '--replicas', replicas, '--yes', '--sandbox-speed', '1000'])
    expect(done.code, done.stderr).toBe(0)
  }
  const { url } = sandbox.process()
  path = await startLossyPath(url, 0)
  writeFileSync(sandbox.file('kubeconfig'), readFileSync(sandbox.file('kubeconfig'), 'utf8').replaceAll(url, path.url))
  path.meet((_, asked) => (/^\/api\/v1\/(nodes|pods|namespaces\/kube-system)(\?|$)/.test(asked) ? 403 : undefined))
})
afterAll(async () => {
  path.close()
  await sandbox.end()
})

it('deploys, and deletes with the command that is printed', async () => {
  const done = await sandbox.run(['deploy', 'mistral-7b', '--name', 'other', '--byo', '--yes'])
  expect(done.code, done.stderr).toBe(0)
  const printed = done.stdout.match(/kaito (delete other.*)/)?.[1] ?? ''
  expect(printed).not.toContain('--byo')
  const gone = await sandbox.run([...printed.split(' '), '--yes', '-o', 'name'])
  expect(gone.code, gone.stderr).toBe(0)
  expect(gone.stdout).toContain('Deployment/other')
})

it('of a workspace with a node pool the missing right is named, and nothing is taken away', async () => {
  const { code, stderr } = await sandbox.run(['delete', 'mistral-7b', '--yes', '-o', 'json'])
  expect(code).toBe(5)
  expect(stderr).toContain('"code":"PERMISSION_DENIED"')
  expect((await sandbox.run(['status', 'mistral-7b'])).stdout).toContain('Ready')
})

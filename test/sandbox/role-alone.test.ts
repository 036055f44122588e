/** Whoever has the Role of docs/rights.md alone, in one namespace: what a deploy prints to take it away again works. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { interceptedSandbox, type SandboxWorld } from './kill/intercepted.ts'

const REFUSED = /^\/api\/v1\/(nodes|pods|namespaces\/kube-system)(\?|$)/
const FORBIDDEN = { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message: 'no right to that' }

let world: SandboxWorld
beforeAll(async () => {
  world = await interceptedSandbox()
  // A second node with a GPU, and nobody on it.
  for (const replicas of ['2', '1']) {
    const done = await world.run(['deploy', 'mistral-7b', '--replicas', replicas, '--yes'])
    expect(done.code, done.stderr).toBe(0)
  }
  world.interceptor.use({
    answer: ({ url }) => (REFUSED.test(url) ? { status: 403, body: JSON.stringify(FORBIDDEN) } : undefined),
  })
})
afterAll(() => world.end())

it('deploys, and deletes with the command that is printed', async () => {
  const done = await world.intercepted(['deploy', 'mistral-7b', '--name', 'other', '--byo', '--yes'])
  expect(done.code, done.stderr).toBe(0)
  const printed = done.stdout.match(/kaito (delete other.*)/)?.[1] ?? ''
  expect(printed).not.toContain('--byo')
  const gone = await world.intercepted([...printed.split(' '), '--yes', '-o', 'name'])
  expect(gone.code, gone.stderr).toBe(0)
  expect(gone.stdout).toContain('Deployment/other')
})

it('of a workspace with a node pool the missing right is named, and nothing is taken away', async () => {
  const { code, stderr } = await world.intercepted(['delete', 'mistral-7b', '--yes', '-o', 'json'])
  expect(code).toBe(5)
  expect(stderr).toContain('"code":"PERMISSION_DENIED"')
  expect((await world.intercepted(['status', 'mistral-7b'])).stdout).toContain('Ready')
})

const LOOKS = [
  [/^\/apis\/apps\/v1\/daemonsets/, 'cannot list resource "daemonsets" in API group "apps" at the cluster scope'],
  [/\/resourcequotas/, 'cannot list resource "resourcequotas" in API group "" in the namespace "default"'],
  [/\/pods\?.*dryRun=All/, 'cannot create resource "pods" in API group "" in the namespace "default"'],
] as const

it('who may not look whether the cluster would take the pods is told so, and deploys', async () => {
  world.interceptor.use({
    answer({ url }) {
      const [, words] = LOOKS.find(([path]) => path.test(url)) ?? []
      const message = `no: User "me" ${words}`
      return words === undefined ? undefined : { status: 403, body: JSON.stringify({ ...FORBIDDEN, message }) }
    },
  })
  const done = await world.intercepted(['deploy', 'mistral-7b', '--name', 'third', '--yes'])
  expect(done.code, done.stderr).toBe(0)
  expect(done.stderr).toContain('Whether the cluster will take the pods could not be checked in full')
  for (const [, words] of LOOKS) expect(done.stderr).toContain(words)
})

/** What is said when nothing is wrong with the cluster, but with what was asked of it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])
  expect(done.code, done.stderr).toBe(0)
})
afterAll(() => sandbox.end())

const said = async (...args: string[]) => {
  const { code, stdout, stderr } = await sandbox.run(args)
  return { code, text: (stdout + stderr).replaceAll(/\s+/g, ' ') }
}

it.each([
  [['logs', 'mistrl']],
  [['logs', 'mistrl', '-f']],
  [['chat', 'mistrl', '-p', 'x']],
  [['endpoint', 'mistrl']],
  [['status', 'mistrl']],
  [['wait', 'mistrl']],
  [['status', 'Workspace/mistrl']],
])('%s: there is none, and which was meant', async (args) => {
  const { code, text } = await said(...args)
  expect(code, text).toBe(5)
  expect(text).toContain('There is no workspace mistrl in namespace default.')
  expect(text).toContain('Did you mean mistral-7b?')
})

it('delete of a name that is not there is a failure, and nothing of what was meant is touched', async () => {
  const { code, text } = await said('delete', 'mistrl', '--yes')
  expect(code, text).toBe(5)
  expect(text).toContain('There is no workspace mistrl in namespace default.')
  expect(text).toContain('Did you mean mistral-7b?')
  const several = await said('delete', 'mistral-7b', 'falcon', '--yes')
  expect(several.code, several.text).toBe(5)
  expect(several.text).toContain('There is no workspace falcon in namespace default. Nothing was deleted.')
  const elsewhere = await said('delete', 'mistral-7b', '--yes', '-n', 'defualt')
  expect(elsewhere.code, elsewhere.text).toBe(5)
  expect(elsewhere.text).toContain('the cluster has no such namespace')
  expect(elsewhere.text).toContain('There is one in namespace default.')
  expect((await said('delete', 'falcon', '--yes', '--ignore-not-found')).code).toBe(0)
  expect((await said('status', 'mistral-7b')).code).toBe(0)
})

it('delete without a yes says that it needs one', async () => {
  const { code, text } = await said('delete', 'mistral-7b')
  expect(code, text).toBe(2)
  expect(text).toContain('[CONFIRMATION_REQUIRED]')
  expect(text).toMatch(
    /nothing changed\. This deletes workspace mistral-7b .* in context kaito-sandbox, namespace default: /,
  )
  expect(text).toContain('same command again with --yes')
})

it('logs --previous of an engine that never ended says so', async () => {
  const { code, text } = await said('logs', 'mistral-7b', '--previous')
  expect(code, text).toBe(5)
  expect(text).toContain('has not restarted')
})

it('what the engine refuses of a question is no outage', async () => {
  const { code, text } = await said('chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '99999999')
  expect(code, text).toBe(5)
  expect(text).toContain('[INVALID_ARGUMENT]')
  expect(text).toContain('max_tokens')
  expect(text).toContain('--max-tokens 256')
})

it('the table and the one workspace name the model alike', async () => {
  const { servedModelName } = JSON.parse((await sandbox.run(['status', 'mistral-7b', '-o', 'json'])).stdout)
    .workspaces[0] as { servedModelName: string }
  const second = await sandbox.run(['deploy', 'mistral-7b', '--name', 'other', '--yes'])
  expect(second.code, second.stderr).toBe(0)
  expect((await said('status', 'mistral-7b')).text).toContain(`model ${servedModelName}`)
  expect((await said('status')).text).toMatch(new RegExp(`mistral-7b Ready 1/1 ${servedModelName} `))
})

it('--wait-lock says whom it waits for; Ctrl-C says once how to go on, and how to undo', async () => {
  await sandbox.run(['status', '--sandbox-speed', '20'])
  const first = sandbox.start('deploy', 'mistral-7b', '--name', 'third', '--yes')
  await first.warns(/node pool \w+: InProgress/)
  const second = sandbox.start('deploy', 'mistral-7b', '--name', 'third', '--yes', '--wait-lock')
  await second.warns(/lock: waiting, held by process \d+ on \S+, since/)
  await second.interrupt()
  const { code, stderr } = await first.interrupt()
  expect(code).toBe(130)
  expect(stderr.match(/same command/g)).toHaveLength(1)
  expect(stderr).toMatch(/undo +kaito delete third -n default --yes --sandbox/)
})

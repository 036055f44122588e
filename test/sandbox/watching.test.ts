/** What goes on until Ctrl-C: it tells every change, and Ctrl-C is its end and no failure. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  await sandbox.run(['sandbox', 'up'])
})
afterAll(() => sandbox.end())

const start = (...args: string[]) => sandbox.start(...args)
const deploy = () => sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '300'])

describe('until Ctrl-C', () => {
  it('status --watch tells the way from nothing to Ready and back', async () => {
    const watch = start('status', '--watch')
    await watch.says(/^No workspaces/)
    expect((await deploy()).code).toBe(0)
    await watch.says(/^default +mistral-7b +Progressing[\s\S]*^default +mistral-7b +Ready/m)
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    await watch.says(/mistral-7b +Ready[\s\S]*^No workspaces/m)
    const { code, stderr } = await watch.interrupt()
    expect(code).toBe(130)
    expect(stderr).not.toContain('✗')
  })

  it('status --deep --watch, endpoint --watch, endpoint --forward and logs -f', async () => {
    expect((await deploy()).code).toBe(0)
    const going = [
      { command: start('status', 'mistral-7b', '--deep', '--watch'), says: /is Ready[\s\S]*completion/ },
      { command: start('endpoint', 'mistral-7b', '--watch'), says: /mistral-7b\.default\.svc/ },
      {
        command: start('endpoint', 'mistral-7b', '--forward', '--port', '0'),
        says: /^http:\/\/127\.0\.0\.1:\d+\/v1$/m,
      },
      { command: start('logs', 'mistral-7b', '-f'), says: /Application startup complete/ },
    ]
    for (const { command, says } of going) {
      await command.says(says)
      const { code, stderr } = await command.interrupt()
      expect(code, stderr).toBe(130)
      expect(stderr).not.toContain('✗')
    }
  })

  it('endpoint --watch tells when a Ready pod stops to answer, and when it answers again; a second pod is no news', async () => {
    const watch = start('endpoint', 'mistral-7b', '--watch', '-o', 'name')
    await watch.says(/svc/)
    const grown = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--replicas', '2'])
    expect(grown.code, grown.stderr).toBe(0)
    expect(watch.warned()).not.toContain('not-answering')
    // Nothing listens there: the engine has no answer any more, and in the cluster everything stays as it is.
    const engine = createServer((_request, response) => response.end('{"data":[{"id":"any"}]}')).listen(0, '127.0.0.1')
    await once(engine, 'listening')
    const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`
    expect((await sandbox.run(['status', '--sandbox-engine', url])).stdout).toContain('Ready')
    engine.close()
    engine.closeAllConnections()
    await watch.warns(/does not answer.*\[not-answering\]/)
    expect((await sandbox.run(['status', '--sandbox-engine', 'none'])).code).toBe(0)
    await watch.says(/(svc[\s\S]*){2}/)
    expect((await watch.interrupt()).code).toBe(130)
  })

  it('status --watch outlives an API server that goes away, and shows what has changed in the meantime', async () => {
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    const watch = start('status', '--watch')
    await watch.says(/^No workspaces/)
    const lost = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', 'api-server-lost'])
    expect(lost.code, lost.stderr).toBe(5)
    await watch.warns(/\[api-server-away\]/)
    const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', 'none'])
    expect(done.code, done.stderr).toBe(0)
    await watch.says(/mistral-7b +Ready/)
    const { code, stderr } = await watch.interrupt()
    expect(code, stderr).toBe(130)
    expect(stderr).toContain('[api-server-back]')
    expect(stderr).not.toContain('✗')
  })

  it('a workspace that is not there is an error, at once', async () => {
    for (const command of ['endpoint', 'status']) {
      const { code, stderr } = await sandbox.run([command, 'absent', '--watch'])
      expect(code, stderr).toBe(5)
      expect(stderr).toContain('absent')
    }
  })
})

/** What ends a command before its work is done, --timeout and Ctrl-C, while it pauses between two requests. */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kaito } from '../cluster/suite/kaito.ts'

let onRequest = (): void => undefined
const server = createServer((_, res) => {
  res.writeHead(429, { 'retry-after': '10' }).end()
  onRequest()
})
let env: Record<string, string>
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'busy',
    contexts: [{ name: 'busy', context: { cluster: 'busy', user: 'nobody' } }],
    clusters: [{ name: 'busy', cluster: { server: address } }],
    users: [{ name: 'nobody', user: {} }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  env = { KUBECONFIG: kubeconfig, CI: 'true', NO_COLOR: '1', KAITO_SANDBOX: '' }
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const COMMANDS = ['status', 'status --watch', 'wait mistral-7b', 'logs mistral-7b', 'plan mistral-7b']

describe.each(COMMANDS)('%s', (command) => {
  it('ends with 7 when --timeout is over', async () => {
    const { code, stderr } = await kaito([...command.split(' '), '--timeout', '1s'], { env })
    expect(stderr).toContain('The --timeout of 1 s is over')
    expect(code).toBe(7)
  })

  it('ends with 130 after Ctrl-C', async () => {
    const interrupt = (child: ChildProcess): void => {
      onRequest = () => {
        onRequest = () => undefined
        setTimeout(() => child.kill('SIGINT'), 200)
      }
    }
    const { code, stderr } = await kaito(command.split(' '), { env, onStart: interrupt })
    expect(stderr).not.toContain('[INTERNAL]')
    expect(code).toBe(130)
  })
})

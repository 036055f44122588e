/** The commands that `endpoint` and `deploy` print: they work as they are pasted. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointResult, Shown } from '#core/results.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  const deployed = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])
  expect(deployed.code, deployed.stderr).toBe(0)
})
afterAll(() => sandbox.end())

const endpoint = async (): Promise<Shown<EndpointResult>['endpoint']> =>
  (JSON.parse((await sandbox.run(['endpoint', 'mistral-7b', '-o', 'json'])).stdout) as Shown<EndpointResult>).endpoint

/** Without quotes in it. */
const wordsOf = (command: string): string[] =>
  command
    .replace(/^kaito /, '')
    .replaceAll("'", '')
    .split(' ')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('as pasted', () => {
  it('the question is answered', async () => {
    const { code, stdout, stderr } = await sandbox.run(wordsOf((await endpoint()).chatCommand))
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('no model ran')
  })

  it('curl waits for the port that the forward has yet to open', async () => {
    const { portForwardCommand, curlCommand } = await endpoint()
    const port = await freePort()
    const curl = promisify(execFile)('bash', ['-c', curlCommand.replace(':8000/', `:${port}/`)])
    // It has been refused once by then.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const forward = sandbox.start(...wordsOf(portForwardCommand), '--port', String(port))
    expect((await curl).stdout).toContain('no model ran')
    expect((await forward.interrupt()).code).toBe(130)
  })

  it("the key is asked of the sandbox's cluster, not of the user's own", async () => {
    expect((await sandbox.run(['deploy', 'mistral-7b', '--yes', '--api-key'])).code).toBe(0)
    const { curlCommand } = await endpoint()
    expect(curlCommand).toContain(`$(kubectl --kubeconfig ${sandbox.file('kubectl.kubeconfig')} get secret `)
  })
})

describe('--forward to a workspace that failed', () => {
  it('is refused with 6, as endpoint is, and opens nothing', async () => {
    const drilled = ['deploy', 'phi-4', '--yes', '--drill', 'image-not-found']
    expect((await sandbox.run(drilled)).code).toBe(6)
    const { code, stdout, stderr } = await sandbox.run(['endpoint', 'phi-4', '--forward', '--port', '0'])
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toContain('[NOT_ANSWERING]')
    expect(stderr).toContain('the workspace is Failed')
    expect((await sandbox.run(['endpoint', 'phi-4'])).code).toBe(6)
  })
})

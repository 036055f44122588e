/** The Hub behind a proxy, asked by the command line. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFakeHub } from '../emulators/hub/server.ts'
import { startProxy } from '../emulators/proxy/server.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct'
let sandbox: OwnSandbox
beforeAll(() => {
  sandbox = ownSandbox()
})
afterAll(() => sandbox.end())

it('the token is checked through the proxy that the environment names', async () => {
  const hub = await startFakeHub({ tokens: { 'may-not': [] }, gated: [MODEL] })
  const proxy = await startProxy()
  const file = join(sandbox.state, 'token')
  writeFileSync(file, 'may-not')
  const { code, stderr } = await sandbox.run(['plan', 'llama-3.1-8b-instruct', '--hf-token-file', file], {
    env: { HF_ENDPOINT: hub.url.replace('127.0.0.1', 'hub.example'), HTTP_PROXY: proxy.url, NO_PROXY: '' },
  })
  expect(code, stderr).toBe(3)
  expect(stderr).toContain(`may not read ${MODEL}`)
  expect(hub.asked).toHaveLength(1)
  proxy.close()
  await hub.close()
})

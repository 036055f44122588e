/** A user whom the system does not know, as containers of OpenShift run: a number, no name, and perhaps no home. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KAITO, runProgram } from '../support/run-kaito.ts'
import { type FakeApi, startFakeApi, writeKubeconfig } from './fake-api.ts'

/** What Node says where there is no entry in the list of users. */
const UNKNOWN = `const os = require('node:os')
const home = os.homedir
os.userInfo = () => { throw new Error('uv_os_get_passwd returned ENOENT') }
os.homedir = () => { if (process.env.HOME) return home(); throw new Error('uv_os_homedir returned ENOENT') }
`
const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
const hook = join(dir, 'unknown.cjs')
writeFileSync(hook, UNKNOWN)

let api: FakeApi
beforeAll(async () => {
  api = await startFakeApi(({ url }) =>
    url === '/version' ? { status: 200, body: { minor: '36' } } : { status: 200, body: { items: [] } },
  )
})
afterAll(() => api.close())

const kaito = (args: string, env: Record<string, string>) =>
  runProgram([process.execPath, '--require', hook, KAITO, ...args.split(' ')], { CI: 'true', ...env }, { cwd: dir })

it.each([{}, { HOME: '/' }, { HOME: dir }])('looks at a cluster with %j', async (env) => {
  const { code, stdout, stderr } = await kaito('status', {
    KUBECONFIG: writeKubeconfig(api.url, { token: 'x' }),
    ...env,
  })
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('INTERNAL')])
  expect(stdout).toMatch(/No workspaces/)
})

it.each(['status', 'plan mistral-7b', 'render mistral-7b --byo', 'completion bash', 'sandbox status'])(
  '%s without a home is no bug',
  async (args) => {
    const { code, stderr } = await kaito(args, {})
    expect(code).not.toBe(1)
    expect(stderr).not.toMatch(/INTERNAL|uv_os/)
  },
)

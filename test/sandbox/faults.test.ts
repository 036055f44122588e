/** What goes wrong between kaito and an API server, injected: kaito tries again where that helps, and says so where not. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  await sandbox.run(['sandbox', 'up'])
})
afterEach(() => ask('DELETE', '/_sandbox/faults'))
afterAll(() => sandbox.end())

async function ask(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const { url, token } = sandbox.process()
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

const inject = (fault: object) => ask('POST', '/_sandbox/faults', fault)
const deploy = () => sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000', '-o', 'json'])
const remove = () => sandbox.run(['delete', 'mistral-7b', '--yes'])
const codeOf = (stderr: string) =>
  (JSON.parse(stderr.split('\n').findLast((line) => line.startsWith('{')) ?? '{}') as { code?: string }).code

describe('faults of an API server', () => {
  it.each([
    ['a server that is busy', { status: 429, times: 2 }],
    ['a server that is away for a moment', { status: 503, method: 'GET', times: 2 }],
    ['an apply that is not answered', { status: 0, method: 'PATCH', times: 2 }],
    ['a Lease that somebody has just changed', { status: 409, method: 'POST', path: '/leases', times: 1 }],
    ['a question for rights that is not answered', { status: 0, method: 'POST', path: 'accessreviews', times: 2 }],
    ['a Lease whose making is not answered', { status: 500, method: 'POST', path: '/leases', times: 1 }],
    ['a watch that is too old', { status: 410, method: 'GET', path: 'watch=true', times: 1 }],
  ])('%s: the deploy goes on', async (_what, fault) => {
    await inject(fault)
    const done = await deploy()
    expect(done.code, done.stderr).toBe(0)
    expect(JSON.parse((await ask('DELETE', '/_sandbox/faults')).text), 'not met').toEqual({ left: 0 })
    expect((await remove()).code).toBe(0)
  })

  it.each([
    ['a server that stays away', { status: 503 }, 'UNAVAILABLE'],
    ['a server that stays busy', { status: 429 }, 'THROTTLED'],
  ])('%s: %j ends with %s', async (_what, fault, code) => {
    await inject(fault)
    const failed = await deploy()
    expect(failed.code).toBe(5)
    expect(codeOf(failed.stderr)).toBe(code)
  })
})

describe('watches', () => {
  const watch = async (query: string) => (await ask('GET', `/api/v1/pods?watch=true&timeoutSeconds=1&${query}`)).text

  it('from a version that is compacted, or that never was: 410 as an event', async () => {
    const list = JSON.parse((await ask('GET', '/api/v1/pods')).text) as { metadata: { resourceVersion: string } }
    const now = Number(list.metadata.resourceVersion)
    expect(await watch(`resourceVersion=${now}`)).toBe('')
    expect(await watch(`resourceVersion=${now + 1}`)).toContain('"type":"ERROR"')
    await ask('POST', '/_sandbox/compact')
    const gone = JSON.parse(await watch(`resourceVersion=${now - 1}`)) as { type: string; object: object }
    expect(gone).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  })

  it('a compaction under a status --watch loses nothing', async () => {
    const going = sandbox.start('status', '--watch')
    await going.says(/^No workspaces/)
    await ask('POST', '/_sandbox/compact')
    expect((await deploy()).code).toBe(0)
    await going.says(/^default +mistral-7b +Ready/m)
    await going.interrupt()
    expect((await remove()).code).toBe(0)
  })
})

describe('what the sandbox does not have', () => {
  it.each([
    ['GET', '/apis/batch/v1/cronjobs'],
    ['GET', '/apis/none.example.com/v1/things'],
    ['GET', '/api/v1/namespaces/default/pods/x/attach'],
    ['DELETE', '/api/v1/namespaces/default/pods'],
  ])('%s %s is a 501 that says so', async (method, path) => {
    const { status, text } = await ask(method, path)
    expect(status).toBe(501)
    expect(JSON.parse(text)).toMatchObject({
      reason: 'NotImplemented',
      message: expect.stringContaining('the sandbox'),
    })
  })
})

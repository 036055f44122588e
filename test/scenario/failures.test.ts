/** What the cloud refuses, runs that are killed, and two at once: the same on both beds. */
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  inventory,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

let namespace = ''
let pools: string[] = []
const args = (...more: string[]) => [...more, '-n', namespace, '-o', 'json']
const run = (...more: string[]) => kaito(args(...more), { env: direct })
const deploy = (...more: string[]) => run('deploy', 'mistral-7b', '--yes', ...more)

beforeAll(async () => {
  namespace = await createNamespace()
  pools = await cloudPools()
})
afterAll(async () => {
  await run('delete', 'mistral-7b', '--yes')
  expect(await cloudPools()).toEqual(pools)
  await deleteNamespace(namespace)
})

describe('the cloud', () => {
  it.each([
    { next: 'quota', code: 'QUOTA_EXCEEDED', isLeft: false },
    { next: 'quota-late', code: 'QUOTA_EXCEEDED', isLeft: true },
    { next: 'allocation', code: 'CAPACITY_UNAVAILABLE', isLeft: true },
  ])('$next: exit 4, and what is left is told', async ({ next, code, isLeft }) => {
    await scriptCloud({ next })
    const refused = await deploy()
    expect(refused.code, refused.stderr).toBe(4)
    const line = refused.stderr.split('\n').findLast((text) => text.startsWith('{')) ?? ''
    const error = JSON.parse(line) as { code: string; hint: string; details: string[] }
    expect(error.code).toBe(code)
    expect(error.hint).not.toBe('')
    expect(error.details.some((detail) => detail.includes('exists or is being made'))).toBe(isLeft)
    expect((await run('delete', 'mistral-7b', '--yes', '--ignore-not-found')).code).toBe(0)
    expect(await cloudPools()).toEqual(pools)
  })
})

describe('the Secret with the token of the Hub', () => {
  const gated = (secret: string) =>
    run('deploy', 'llama-3.1-8b-instruct', '--yes', '--model-access-secret', secret, '--name', 'gated')

  it.each([
    { what: 'that is not there', secret: 'nowhere', says: /Secret nowhere.* HF_TOKEN .*neither in the input nor/ },
    { what: 'without the key', secret: 'no-key', says: /Secret no-key .*has no key HF_TOKEN/ },
  ])('$what: exit 3 before anything is made, with the command that makes it', async ({ secret, says }) => {
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'no-key' }, stringData: { token: 'x' } }
    await api('POST', `/api/v1/namespaces/${namespace}/secrets`, object)
    const before = await inventory(namespace)
    const refused = await gated(secret)
    expect(refused.code, refused.stderr).toBe(3)
    const error = JSON.parse(refused.stderr.split('\n').findLast((text) => text.startsWith('{')) ?? '')
    expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', message: expect.stringMatching(says) })
    expect(error.hint).toContain(` create secret generic ${secret} -n ${namespace} --from-file=HF_TOKEN=FILE`)
    expect(await inventory(namespace)).toEqual(before)
    expect(await cloudPools()).toEqual(pools)
  })
})

describe('a gated model without a token', () => {
  it('is planned, with its price, and then refused; deploy and diff refuse it at once', async () => {
    const planned = await run('plan', 'llama-3.1-8b-instruct', '--name', 'gated')
    expect(planned.code, planned.stderr).toBe(3)
    expect(JSON.parse(planned.stdout)).toMatchObject({
      kind: 'Plan',
      plan: { pool: { usdPerHour: expect.any(Number) } },
    })
    expect(planned.stderr).toMatch(/"code":"PREFLIGHT_REFUSED".*is gated/)
    for (const verb of ['deploy', 'diff']) {
      const refused = await run(verb, 'llama-3.1-8b-instruct', '--name', 'gated', '--yes')
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 3, stdout: '' })
    }
    expect(await cloudPools()).toEqual(pools)
  })
})

describe('killed and resumed', () => {
  it.each(['node pool', 'apply objects', 'wait for the engine'])(
    'kill -9 in "%s"; the same command goes on',
    async (phase) => {
      const killed = await kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace, '--progress', 'plain'], {
        env: direct,
        onStart(child) {
          child.stderr?.on('data', (text: Buffer) => {
            if (text.toString().includes(`› ${phase}`)) child.kill('SIGKILL')
          })
        },
      })
      expect(killed.signal ?? killed.code, killed.stderr).toBe('SIGKILL')
      const resumed = await deploy()
      expect(resumed.code, resumed.stderr).toBe(0)
      expect((await cloudPools()).length).toBe(pools.length + 1)
      expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
      expect(await cloudPools()).toEqual(pools)
      expect(Object.keys(await inventory(namespace)).filter((name) => name.includes('mistral'))).toEqual([])
    },
  )
})

describe('two at once', () => {
  it('one works, the other is told at once who', async () => {
    await scriptCloud({ next: 'slow' })
    const started = Promise.withResolvers<void>()
    let pid: number | undefined
    const first = kaito(args('deploy', 'mistral-7b', '--yes', '--progress', 'plain'), {
      env: direct,
      onStart(child) {
        pid = child.pid
        child.stderr?.on('data', (text: Buffer) => {
          if (text.toString().includes('› node pool')) started.resolve()
        })
        child.on('close', () => started.resolve())
      },
    })
    await started.promise
    const { code, stderr } = await deploy()
    expect(code, stderr).toBe(5)
    const line = stderr.split('\n').findLast((text) => text.startsWith('{')) ?? ''
    const error = JSON.parse(line) as { code: string; message: string }
    expect(error.code).toBe('LOCKED')
    expect(error.message).toContain(`process ${pid} on ${hostname()}`)
    const done = await first
    expect(done.code, done.stderr).toBe(0)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
  })

  it('with --wait-lock both end with 0, and there is one pool', async () => {
    const both = await Promise.all([deploy('--wait-lock'), deploy('--wait-lock')])
    expect(
      both.map(({ code }) => code),
      both.map(({ stderr }) => stderr).join('\n'),
    ).toEqual([0, 0])
    expect((await cloudPools()).length).toBe(pools.length + 1)
    const changes = both.map(({ stdout }) => (JSON.parse(stdout) as { pool: { change: string } }).pool.change).sort()
    expect(changes).toEqual(['created', 'unchanged'])
  })
})

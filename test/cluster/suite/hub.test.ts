/** A gated model: whether the token may read it is known before anything is made. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeHub, startFakeHub } from '../../emulators/hub/server.ts'
import { startProxy } from '../../emulators/proxy/server.ts'
import type { Run } from '../../support/run-kaito.ts'
import { api, cloudPools, createNamespace, deleteNamespace, direct, intercepted, inventory } from './bed.ts'
import { kaito } from './kaito.ts'

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct'
const [GOOD, POOR, UNKNOWN] = ['hf_mayReadThisModel123', 'hf_hasNoLicence456789', 'hf_nobodyKnowsThis789']

describe('a gated model', () => {
  let hub: FakeHub
  let namespace = ''
  let dir = ''
  let files = 0
  const tokenFile = (token: string): string => {
    files += 1
    const file = join(dir, `token-${files}`)
    writeFileSync(file, token)
    return file
  }
  const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
    kaito([...args, '-n', namespace], { env: { ...direct, HF_ENDPOINT: hub.url, ...env } })
  const deploy = (...args: string[]) => ['deploy', 'llama-3.1-8b-instruct', '--yes', ...args]

  beforeAll(async () => {
    namespace = await createNamespace()
    dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    hub = await startFakeHub({ tokens: { [GOOD]: [MODEL], [POOR]: [] }, gated: [MODEL] })
  })
  afterAll(async () => {
    await hub.close()
    await deleteNamespace(namespace)
  })

  it.each([
    ['a token that the Hub does not know', UNKNOWN, /does not accept the token/, /--hf-token-file/],
    ['an account without the licence', POOR, /may not read meta-llama/, /accept the licence/],
  ])('%s: 3, and nothing was made', async (_what, token, said, hint) => {
    const [before, pools] = [await inventory(namespace), await cloudPools()]
    const refused = await run(deploy('--hf-token-file', tokenFile(token)))
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toMatch(said)
    expect(refused.stderr).toMatch(hint)
    expect(refused.stderr).not.toContain(token)
    expect([await inventory(namespace), await cloudPools()]).toEqual([before, pools])
  })

  it('the token is checked through the proxy that the environment names', async () => {
    const proxy = await startProxy()
    const before = hub.asked.length
    const refused = await run(deploy('--hf-token-file', tokenFile(POOR)), {
      HF_ENDPOINT: hub.url.replace('127.0.0.1', 'hub.example'),
      HTTP_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1',
    })
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toContain(`may not read ${MODEL}`)
    expect(hub.asked).toHaveLength(before + 1)
    proxy.close()
  })

  it('a file that is not there, an empty variable and a token with a blank are named', async () => {
    for (const [args, said] of [
      [['--hf-token-file', join(dir, 'nothing')], /cannot be read \(ENOENT\)/],
      [['--hf-token-env', 'NOT_SET'], /NOT_SET: the variable is not set/],
      [['--hf-token-file', tokenFile('  \n')], /it is empty/],
      [['--hf-token-file', tokenFile('hf_one two')], /more than a token/],
    ] as const) {
      const refused = await run(deploy(...args))
      expect(refused.code, refused.stderr).toBe(2)
      expect(refused.stderr).toMatch(said)
      expect(refused.stderr).not.toContain('hf_one')
    }
  })

  it('without a token the deploy says what is missing, and how to give it', async () => {
    const refused = await run(deploy())
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toMatch(/gated/)
    expect(refused.stderr).toContain('--hf-token-file')
  })

  it('a Secret that this identity may not read is a warning', async () => {
    const words = 'secrets "hf" is forbidden: User "u" cannot get resource "secrets" in API group ""'
    const forbidden = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', message: words })
    const { interceptor, env } = await intercepted()
    interceptor.use({
      answer: ({ url }) => (url.endsWith('/secrets/hf') ? { status: 403, body: forbidden } : undefined),
    })
    try {
      const done = await kaito(['plan', 'llama-3.1-8b-instruct', '--model-access-secret', 'hf', '-n', namespace], {
        env: { ...env, HF_ENDPOINT: hub.url },
      })
      expect(done.code, done.stderr).toBe(0)
      expect(done.stderr).toContain('may not read the Secret hf')
    } finally {
      await interceptor.close()
    }
  })

  it('a good token is trimmed, stored in a Secret that the pod reads, and never shown', async () => {
    const done = await run([...deploy('--hf-token-env', 'MY_TOKEN'), '--verbose', '-o', 'json'], {
      MY_TOKEN: `${GOOD}\r\n`,
    })
    expect(done.code, done.stderr).toBe(0)
    expect(`${done.stdout}${done.stderr}`).not.toContain(GOOD)
    expect(hub.asked.at(-1)?.authorization).toBe(`Bearer ${GOOD}`)
    const { body } = await api<{ items: { metadata: { name: string }; data: Record<string, string> }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/secrets`,
    )
    expect(body.items.map(({ data }) => Buffer.from(Object.values(data)[0] ?? '', 'base64').toString())).toEqual([GOOD])
    const pods = await api<{ items: { spec: { containers: { env?: { name: string; valueFrom?: object }[] }[] } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/pods`,
    )
    expect(pods.body.items[0]?.spec.containers[0]?.env).toContainEqual({
      name: 'HF_TOKEN',
      valueFrom: { secretKeyRef: { name: body.items[0]?.metadata.name, key: 'HF_TOKEN' } },
    })
  })

  it('again, with the Secret that is there: unchanged, without the token', async () => {
    const name = 'secrets/llama-3-1-8b-instruct-hub-token'
    const before = (await inventory(namespace))[name]
    expect(before).toBeDefined()
    const again = await run([...deploy(), '-o', 'json'])
    expect(again.code, again.stderr).toBe(0)
    expect(hub.asked.at(-1)?.authorization).toBe(`Bearer ${GOOD}`)
    expect(JSON.parse(again.stdout).changes.every((c: { change: string }) => c.change === 'unchanged')).toBe(true)
    expect((await inventory(namespace))[name]).toBe(before)
  })

  it('a Hub that cannot be reached is a warning', async () => {
    const done = await run(['plan', 'llama-3.1-8b-instruct', '--hf-token-env', 'MY_TOKEN'], {
      MY_TOKEN: GOOD,
      HF_ENDPOINT: 'http://127.0.0.1:1',
    })
    expect(done.code, done.stderr).toBe(0)
    expect(done.stderr).toContain('was not checked')
  })

  it('delete takes the Secret that kaito made', async () => {
    expect((await run(['delete', 'llama-3-1-8b-instruct', '--yes'])).code).toBe(0)
    expect(Object.keys(await inventory(namespace)).filter((name) => name.startsWith('secrets/'))).toEqual([])
  })
})

/** The Hub's port over HTTP against the fake Hub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHub } from '#hub/client.ts'
import { proxyAgentFor } from '#kube/access/proxy-agent.ts'
import { type FakeHub, startFakeHub } from '../emulators/hub/server.ts'
import { startProxy } from '../emulators/proxy/server.ts'

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct'

describe('the Hub', () => {
  let hub: FakeHub
  const ask = (modelId: string, token?: string, endpoint = hub.url) =>
    createHub({ endpoint }).checkAccess(modelId, token, new AbortController().signal)

  beforeAll(async () => {
    hub = await startFakeHub({ tokens: { 'may-read': [MODEL], 'may-not': [] }, gated: [MODEL] })
  })
  afterAll(() => hub.close())

  it.each([
    ['a token that may read it', MODEL, 'may-read', { outcome: 'ok' }],
    ['a token that is not known', MODEL, 'made-up', { outcome: 'unauthorized' }],
    ['an account without the licence', MODEL, 'may-not', { outcome: 'forbidden' }],
    ['a model by its old name', 'renamed/Llama-3.1-8B-Instruct', 'may-read', { outcome: 'ok' }],
    ['a model that does not exist', 'nobody/nothing', 'may-read', { outcome: 'not-found' }],
    ['no token', MODEL, undefined, { outcome: 'unauthorized' }],
    ['a Hub that is down', 'broken/hub', 'may-read', { outcome: 'unknown', why: 'the Hub answered 503' }],
  ])('%s', async (_what, modelId, token, expected) => {
    expect(await ask(modelId, token)).toEqual(expected)
  })

  it('the token goes into the header, and a mirror with a slash at its end is the same mirror', async () => {
    hub.asked.length = 0
    await ask(MODEL, 'may-read', `${hub.url}/`)
    expect(hub.asked).toEqual([{ path: `/api/models/${MODEL}/auth-check`, authorization: 'Bearer may-read' }])
  })

  it('a Hub that cannot be reached is not a refusal', async () => {
    expect(await ask(MODEL, 'may-read', 'http://127.0.0.1:1')).toMatchObject({ outcome: 'unknown' })
  })

  it('a signal that ends the command ends the question', async () => {
    await expect(
      createHub({ endpoint: hub.url }).checkAccess(MODEL, 'may-read', AbortSignal.abort(new Error('stop'))),
    ).rejects.toThrow('stop')
  })

  describe('behind a proxy', () => {
    const behind = (env: NodeJS.ProcessEnv) =>
      createHub({
        endpoint: hub.url.replace('127.0.0.1', 'hub.example'),
        agentFor: (url) => proxyAgentFor(url, env),
      }).checkAccess(MODEL, 'may-read', new AbortController().signal)

    it('is asked through it, unless NO_PROXY names it', async () => {
      const proxy = await startProxy()
      expect(await behind({ HTTP_PROXY: proxy.url })).toEqual({ outcome: 'ok' })
      expect(proxy.asked).toEqual([hub.url.replace('http://127.0.0.1', 'hub.example')])
      proxy.asked.length = 0
      expect(await behind({ HTTP_PROXY: proxy.url, NO_PROXY: '.example' })).toMatchObject({ outcome: 'unknown' })
      expect(proxy.asked).toEqual([])
      proxy.close()
    })

    it('that does not answer, is not waited for', async () => {
      const proxy = await startProxy({ isSilent: true })
      expect(await behind({ HTTP_PROXY: proxy.url })).toMatchObject({
        outcome: 'unknown',
        why: expect.stringMatching(/time/i),
      })
      proxy.close()
    })
  })
})

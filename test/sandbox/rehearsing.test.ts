/** What a deploy in the sandbox meets: the drill that it named, beside others, and a Hub that is not asked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeHub, startFakeHub } from '../emulators/hub/server.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  await sandbox.run(['sandbox', 'up'])
})
afterAll(() => sandbox.end())

const words = (text: string): string => text.replace(/\s+/g, ' ')

describe('a drill', () => {
  it('lasts as long as the deploy that named it, whatever others do meanwhile', async () => {
    const deploy = ['deploy', 'mistral-7b', '--yes']
    const waiting = Promise.withResolvers<void>()
    const first = sandbox.run([...deploy, '--drill', 'crash-loop'], {
      onStart(child) {
        child.stderr?.on('data', (text: Buffer) => {
          if (text.toString().includes('› wait for the engine')) waiting.resolve()
        })
        child.on('close', () => waiting.resolve())
      },
    })
    await waiting.promise
    const second = await sandbox.run(deploy)
    expect(words(second.stderr)).toContain('drill: crash-loop')
    expect(words(second.stderr)).toContain('LOCKED')
    const third = await sandbox.run([...deploy, '--drill', 'quota'])
    expect(third.code, third.stderr).toBe(2)
    expect(words(third.stderr)).toContain('still rehearses crash-loop: one drill at a time')
    expect((await first).code, (await first).stderr).toBe(6)
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    const after = await sandbox.run([...deploy, '--sandbox-speed', '2000'])
    expect(after.code, after.stderr).toBe(0)
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
  })
})

describe('a gated model', () => {
  let hub: FakeHub
  beforeAll(async () => {
    hub = await startFakeHub({ tokens: {}, gated: [] })
  })
  afterAll(() => hub.close())

  it('is deployed with any token, which goes nowhere; the drill refuses it in the engine', async () => {
    const deploy = (...more: string[]) =>
      sandbox.run(
        ['deploy', 'llama-3.1-8b-instruct', '--yes', '--hf-token-env', 'ANY_TOKEN', '--sandbox-speed', '1000', ...more],
        { env: { HF_ENDPOINT: hub.url, ANY_TOKEN: 'hf_made_up' } },
      )
    const refused = await deploy('--drill', 'gated-model')
    expect(refused.code, refused.stderr).toBe(6)
    expect(refused.stderr).toContain('MODEL_ACCESS_DENIED')
    expect((await sandbox.run(['delete', 'llama-3-1-8b-instruct', '--yes'])).code).toBe(0)
    const done = await deploy()
    expect(done.code, done.stderr).toBe(0)
    expect(hub.asked).toEqual([])
  })
})

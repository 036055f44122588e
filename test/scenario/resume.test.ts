/** Killed more than once: the root still says which operation of the cloud to go on with. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

describe('a deploy that is killed twice while the pool is made', () => {
  let namespace = ''
  let pools: string[] = []
  const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
    pools = await cloudPools()
  })
  afterAll(() => deleteNamespace(namespace))

  async function operation(): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${namespace}/configmaps/mistral-7b-kaito`
    return (await api<{ data?: { operation?: string } }>('GET', path)).body.data?.operation
  }

  async function killWhen(isTime: (said: string) => boolean): Promise<void> {
    let isKilled = false
    const onStart = (child: ChildProcess): void => {
      let said = ''
      child.stderr?.on('data', (text: Buffer | string) => {
        said += String(text)
        if (isKilled || !isTime(said)) return
        isKilled = true
        child.kill('SIGKILL')
      })
    }
    const killed = await kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace], { env: direct, onStart })
    expect(killed.signal, killed.stderr).toBe('SIGKILL')
  }

  it('keeps the token of the first run, and goes on', async () => {
    await scriptCloud({ next: 'slow' })
    const isMaking = (said: string) => said.includes(': InProgress')
    await killWhen(isMaking)
    const token = await operation()
    expect(token).toBeTruthy()
    await killWhen(isMaking)
    expect(await operation()).toBe(token)
    const done = await run('deploy', 'mistral-7b', '--yes')
    expect(done.code, done.stderr).toBe(0)
    expect(await operation()).toBeUndefined()
    expect(await cloudPools()).toHaveLength(pools.length + 1)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
    await eventually(async () => (await cloudPools()).length === pools.length, 'the pool is gone')
  })
})

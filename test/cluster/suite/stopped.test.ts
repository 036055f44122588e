/** Ctrl-C and --timeout while a pool is being made: the right code, what is left, and the same command goes on. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct, eventually, scriptCloud } from './bed.ts'
import { kaito } from './kaito.ts'

describe('a deploy that is stopped', () => {
  let namespace = ''
  let pools: string[] = []
  const run = (args: string[], onStart?: (child: ChildProcess) => void) =>
    kaito([...args, '-n', namespace], { env: direct, ...(onStart === undefined ? {} : { onStart }) })

  beforeAll(async () => {
    namespace = await createNamespace()
    pools = await cloudPools()
  })
  afterEach(async () => {
    const again = await run(['deploy', 'mistral-7b', '--yes'])
    expect(again.code, again.stderr).toBe(0)
    expect(await cloudPools()).toHaveLength(pools.length + 1)
    expect((await run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    await eventually(async () => (await cloudPools()).length === pools.length, 'the pool is gone')
  })
  afterAll(() => deleteNamespace(namespace))

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130 and says what bills, how to go on and how to undo',
    async (signal) => {
      await scriptCloud({ next: 'slow' })
      const stopped = await run(['deploy', 'mistral-7b', '--yes'], (child) => {
        let isStopped = false
        child.stderr?.on('data', (chunk: Buffer) => {
          if (isStopped || !String(chunk).includes('InProgress')) return
          isStopped = child.kill(signal)
        })
      })
      expect(stopped.code, stopped.stderr).toBe(130)
      expect(stopped.stdout).toBe('')
      expect(stopped.stderr).toMatch(/Node pool \S+ .*per hour/)
      expect(stopped.stderr).toContain(`kaito delete mistral-7b -n ${namespace} --yes`)
    },
  )

  it('by --timeout ends with 7', async () => {
    await scriptCloud({ next: 'slow' })
    const stopped = await run(['deploy', 'mistral-7b', '--yes', '--timeout', '2s'])
    expect(stopped.code, stopped.stderr).toBe(7)
    expect(stopped.stderr).toContain('TIMED_OUT')
  })
})

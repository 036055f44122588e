/** When a crash's log is read, and which: the container may start again meanwhile. */
import { expect, it } from 'vitest'
import type { LogOptions } from '#cluster/cluster.ts'
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { EndOfLog } from '#core/status/diagnosis.ts'
import { createLogReader } from '#pipeline/observe/beside/crash-logs.ts'
import type { Ports } from '#pipeline/ports.ts'
import { vllm } from '#runtimes/vllm/index.ts'

const pod = (container: object): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    status: { containerStatuses: [{ name: 'engine', ...container }] },
  }) as KubeObject
const DOWN = pod({ restartCount: 0, state: { terminated: { exitCode: 1 } } })
const AGAIN = pod({ restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } })

function reader(answer: (options: LogOptions) => string | Error) {
  const asked: boolean[] = []
  const found = new Map<string, EndOfLog>()
  const kube = {
    async logs(_pod: unknown, options: LogOptions): Promise<string> {
      asked.push(options.previous === true)
      const said = answer(options)
      if (typeof said === 'string') return said
      throw said
    },
  }
  const signal = new AbortController().signal
  const read = createLogReader(found, { kube } as unknown as Ports, signal)
  return { asked, found, read: (pods: readonly KubeObject[]) => read(pods, vllm) }
}
const refusal = (code: 'INVALID_ARGUMENT' | 'PERMISSION_DENIED') =>
  new KaitoError({ code, phase: 'watch', message: 'no', hint: '' })

it('a log that was read while the container started again is read once more, as the previous one', async () => {
  const { asked, found, read } = reader(({ previous }) => (previous === true ? 'ValueError: cause' : 'INFO starting'))
  expect(await read([DOWN])).toBe(true)
  expect(await read([DOWN])).toBe(false)
  expect(await read([AGAIN])).toBe(true)
  expect(await read([AGAIN])).toBe(false)
  expect(found.get('p')?.text).toBe('ValueError: cause')
  expect(asked).toEqual([false, true])
})

it('a log that was refused once is asked for at the next look', async () => {
  let isBusy = true
  const { found, read } = reader(() => (isBusy ? refusal('INVALID_ARGUMENT') : 'ValueError: cause'))
  expect(await read([AGAIN])).toBe(false)
  isBusy = false
  expect(await read([AGAIN])).toBe(true)
  expect(found.get('p')?.text).toBe('ValueError: cause')
})

it('without the right to read logs nothing is asked twice', async () => {
  const { asked, read } = reader(() => refusal('PERMISSION_DENIED'))
  await read([AGAIN])
  await read([AGAIN])
  expect(asked).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { createMemory, cut } from '#pipeline/observe/memory.ts'
import type { Watches } from '#pipeline/observe/watch.ts'
import { drive } from '#pipeline/runs/drive.ts'
import { rolloutStep } from '#pipeline/steps/rollout.ts'
import { fakePorts, quickClock } from '../../../support/fake-ports.ts'

it('a rollout that is left before the first look ends with the reason, and nothing is rejected behind its back', async () => {
  const stop = new AbortController()
  const why = new Error('Ctrl-C')
  const key = { name: 'chat', namespace: 'n' }
  const memory = createMemory(() => new Date(0), SHIPPED_WORKLOADS)
  const changed = (): Promise<void> =>
    new Promise((_, reject) => stop.signal.addEventListener('abort', () => reject(stop.signal.reason)))
  const open = async () => undefined
  const watches: Watches = { memory, changed, open, follow: () => undefined, close: open }
  const look = async () => {
    stop.abort(why)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return cut(memory, key)
  }
  const ports = fakePorts({ signal: stop.signal, clock: quickClock() })
  await expect(drive([rolloutStep(key, 1, [], { needs: [] })], { watches, look }, ports)).rejects.toBe(why)
})

import { expect, it } from 'vitest'
import type { Ports } from '#pipeline/ports.ts'
import { followRollout } from '#pipeline/steps/rollout.ts'

it('a rollout that is left before the first look ends with the reason, and nothing is rejected behind its back', async () => {
  const stop = new AbortController()
  const why = new Error('Ctrl-C')
  // Is there an autoscaler: asked before anything is watched.
  const list = async (): Promise<never[]> => {
    stop.abort(why)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return []
  }
  const ports = { kube: { list, get: list }, signal: stop.signal } as unknown as Ports
  const target = { objectName: 'chat', namespace: 'n', replicas: 1, ownNodes: true }
  await expect(followRollout(target, ports)).rejects.toBe(why)
})

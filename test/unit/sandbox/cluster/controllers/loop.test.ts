import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Loop } from '#sandbox/cluster/controllers/loop.ts'
import { ObjectStore } from '#sandbox/cluster/store/objects.ts'

describe('the loop of controllers', () => {
  it('goes on when one of them fails on what it finds, and tells it', async () => {
    const failures: unknown[] = []
    let rounds = 0
    const broken = new Error('a pod without containers')
    const loop = new Loop(
      { store: new ObjectStore(), now: Date.now, scaled: (seconds) => seconds },
      [
        () => {
          throw broken
        },
        () => {
          rounds += 1
          return undefined
        },
      ],
      (error) => failures.push(error),
    )
    for (let expected = 1; expected <= 2; expected += 1) {
      loop.wake()
      await sleep(50)
      expect(rounds).toBe(expected)
    }
    loop.stop()
    expect(failures).toEqual([broken, broken])
  })
})

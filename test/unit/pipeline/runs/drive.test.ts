/** Steps as any run has them: in the order of their needs, side by side where nothing holds them, acted on once. */
import { describe, expect, it } from 'vitest'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { Standing } from '#core/status/standing.ts'
import { drive, newCourse } from '#pipeline/runs/drive.ts'
import type { Learned, Step, Titled } from '#pipeline/steps/step.ts'
import { fakePorts, quickClock } from '../../../support/fake-ports.ts'
import { seeNothing } from '../../../support/seen-nothing.ts'

const failure = (message: string): KaitoError =>
  new KaitoError({ code: 'UNAVAILABLE', phase: 'apply', message, hint: '' })

function world() {
  const told: string[] = []
  const clock = quickClock(10)
  const ports = fakePorts({
    clock,
    emit: (event: EventBody) => {
      if (event.type.startsWith('phase.')) told.push(`${event.type} ${'title' in event ? event.title : ''}`)
    },
  })
  return { told, clock, ports, way: { look: seeNothing, course: newCourse() } }
}

const noting = (list: string[], name: string) => (): Learned => {
  list.push(name)
  return {}
}

/** Is due until it has acted. */
function once(name: string, needs: string[], act: () => Promise<Learned> | Learned = () => ({}), told?: Titled): Step {
  let isActed = false
  return {
    name,
    needs,
    ...(told === undefined ? {} : { told }),
    judge: () => (isActed ? { is: 'done' } : { is: 'due', because: 'not yet' }),
    async act() {
      const learned = await act()
      isActed = true
      return learned
    },
  }
}

describe('steps', () => {
  it('act in the order of their needs, once each, and a need that is not in the list holds nobody', async () => {
    const { ports, way } = world()
    const acted: string[] = []
    const step = (name: string, ...needs: string[]): Step => once(name, needs, noting(acted, name))
    await drive([step('a'), step('b', 'a', 'not listed'), step('c', 'b')], way, ports)
    expect(acted).toEqual(['a', 'b', 'c'])
    expect([...way.course.begun]).toEqual(['a', 'b', 'c'])
  })

  it('that nothing holds act side by side', async () => {
    const { ports, way } = world()
    const both = Promise.withResolvers<void>()
    let inside = 0
    const meet = async (): Promise<Learned> => {
      inside += 1
      if (inside === 2) both.resolve()
      await both.promise
      return {}
    }
    await drive([once('a', [], meet), once('b', [], meet)], way, ports)
    expect(inside).toBe(2)
  })

  it('know what others have learned', async () => {
    const { ports, way } = world()
    const after: Step = {
      name: 'after',
      needs: ['before'],
      judge: ({ learned }) => (learned.revision === 7 ? { is: 'done' } : { is: 'due', because: '' }),
    }
    const seen = await drive([once('before', [], () => ({ revision: 7 })), after], way, ports)
    expect(seen.learned.revision).toBe(7)
  })

  it('of one title are one phase, told before its first act and after the last', async () => {
    const { ports, way, told } = world()
    const first: Titled = { phase: 'provision', title: 'node pool' }
    const act = (name: string) => noting(told, name)
    const steps = [once('a', [], act('a'), first), once('b', ['a'], act('b'), first)]
    await drive([...steps, once('c', ['b'], act('c'), { phase: 'apply', title: 'apply' })], way, ports)
    const phases = ['phase.started node pool', 'a', 'b', 'phase.finished node pool']
    expect(told).toEqual([...phases, 'phase.started apply', 'c', 'phase.finished apply'])
  })
})

describe('a step that throws', () => {
  it('lets its sibling finish what it is in, and nothing new starts; all that went wrong is told', async () => {
    const { ports, way } = world()
    const acted: string[] = []
    const failing = once('failing', [], () => Promise.reject(failure('refused')))
    const sibling: Step = {
      ...once('sibling', []),
      async act(_seen, { halted }) {
        acted.push('first request')
        await new Promise((resolve) => setTimeout(resolve, 5))
        acted.push('its end')
        if (halted.aborted) throw failure('given up')
        acted.push('second request')
        return {}
      },
    }
    const ended = await drive([failing, sibling, once('next', ['sibling'])], way, ports).catch((error) => error)
    expect(ended).toMatchObject({ message: 'refused', details: ['given up'] })
    expect(acted).toEqual(['first request', 'its end'])
    expect(way.course.begun.has('next')).toBe(false)
  })
})

describe('a step that moves', () => {
  const moving = (more: Partial<Extract<Standing, { is: 'moving' }>>): Standing => ({
    is: 'moving',
    says: 'on its way',
    stage: 'way',
    ...more,
  })

  it('is looked at at once, and then as often as it says, by the clock that it says', async () => {
    const { ports, way, clock } = world()
    let looks = 0
    const step = (ask: { ms: number } | { clusterMs: number }): Step => ({
      name: 'moving',
      needs: [],
      judge: () => (looks === 3 ? { is: 'done' } : moving({ ask })),
      async look() {
        looks += 1
        return {}
      },
    })
    await drive([step({ ms: 700 })], way, ports)
    expect(clock.slept).toEqual([700, 700])
    looks = 0
    await drive([step({ clusterMs: 10_000 })], way, ports)
    expect(clock.slept.slice(2)).toEqual([1_000, 1_000])
  })

  it('is given up when a stage has had its time, and each stage has its own', async () => {
    const { ports, way, clock } = world()
    const giveUp = (message: string) => ({ after: { clusterMs: 60_000 }, error: failure(message) })
    const step: Step = {
      name: 'moving',
      needs: [],
      judge: (_, now) =>
        now.getTime() < 4_000
          ? moving({ stage: 'join', giveUp: giveUp('join'), ask: { ms: 1_000 } })
          : moving({ stage: 'gpus', giveUp: giveUp('gpus'), ask: { ms: 1_000 } }),
      look: async () => ({}),
    }
    await expect(drive([step], way, ports)).rejects.toThrow('gpus')
    expect(clock.now().getTime()).toBe(10_000)
  })

  it('that looks hopeless must look so for long enough', async () => {
    const { ports, way, clock } = world()
    const hopeless: Standing = { is: 'hopeless', error: failure('left'), sureAfter: { clusterMs: 5_000 } }
    await expect(drive([{ name: 'a', needs: [], judge: () => hopeless }], way, ports)).rejects.toThrow('left')
    expect(clock.now().getTime()).toBe(500)
  })
})

describe('a step that was done', () => {
  it('is not judged again, unless others may undo it', async () => {
    const judged: string[] = []
    const step = (name: string, isLasting?: true): Step => ({
      name,
      needs: [],
      ...(isLasting === undefined ? {} : { isLasting }),
      judge() {
        judged.push(name)
        return { is: 'done' }
      },
    })
    const { ports, way } = world()
    await drive([step('once'), step('lasting', true), once('late', ['once', 'lasting'])], way, ports)
    expect(judged).toEqual(['once', 'lasting', 'lasting'])
  })
})

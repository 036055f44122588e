import { describe, expect, it } from 'vitest'
import type { KubePort, LogOptions, WatchEvent } from '#cluster/cluster.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { KubeObject, ObjectRef } from '#core/objects/kube-object.ts'
import type { Ports } from '#pipeline/ports.ts'
import { followLogs } from '#pipeline/runs/follow-logs.ts'
import { readLogs } from '#pipeline/use/logs.ts'

const REQUEST = { objectName: 'w', namespace: 'n', isStamped: false, isOfSeveral: false }

/** The engine's container as the kubelet reports it, behind one that a mesh put before it. */
function pod(name: string, restartCount: number, state: object, lastState: object = {}): KubeObject {
  const sidecar = { name: 'istio-proxy', restartCount: 0, state: { running: {} } }
  const status = { containerStatuses: [sidecar, { name: 'engine', restartCount, state, lastState }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n', uid: `uid-${name}` }, status }
}
const RUNNING = { running: {} }
const CREATING = { waiting: { reason: 'ContainerCreating' } }
const ENDED = { terminated: { exitCode: 1 } }
const BACK_OFF = { waiting: { reason: 'CrashLoopBackOff' } }

function portsOf(kube: Partial<KubePort>, signal: AbortSignal) {
  const events: EventBody[] = []
  const clock = {
    // Half an hour ahead of the node: it must not count.
    now: () => new Date(Date.now() + 1_800_000),
    sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
  }
  const ports = { kube, clock, signal, emit: (event: EventBody) => events.push(event) } as unknown as Ports
  return { ports, events }
}

const refused = (reason: string) =>
  new KaitoError({ code: 'INVALID_ARGUMENT', phase: 'watch', message: 'get Pod', reason, hint: 'x' })

describe('logs', () => {
  const read = async (logs: Record<string, string | Error>) => {
    const asked: LogOptions[] = []
    const written: string[] = []
    const { ports, events } = portsOf(
      {
        list: async () => Object.keys(logs).map((name) => pod(name, 0, RUNNING)),
        async logs({ name }: ObjectRef, options: LogOptions) {
          asked.push(options)
          const log = logs[name]
          if (typeof log === 'string') return log
          throw log
        },
      },
      new AbortController().signal,
    )
    await readLogs({ ...REQUEST, previous: false }, (text) => written.push(text), ports)
    return { asked, events, text: written.join('') }
  }

  it('are of the engine, whatever else is in the pod', async () => {
    const { asked, text } = await read({ a: 'one\ntwo\n' })
    expect(asked).toMatchObject([{ container: 'engine' }])
    expect(text).toBe('one\ntwo\n')
  })

  it('of a pod that has none are a warning beside those of the others', async () => {
    const { events, text } = await read({ a: refused('ContainerCreating'), b: 'one\n' })
    expect(text).toBe('[b] one\n')
    expect(events).toMatchObject([{ type: 'warning', code: 'no-log' }])
  })

  it('that no pod has are the failure', async () => {
    await expect(read({ a: refused('ContainerCreating') })).rejects.toMatchObject({ reason: 'ContainerCreating' })
  })
})

describe('logs -f', () => {
  /** Follows until `enough` has been printed. */
  async function follow(kube: Partial<KubePort>, enough: string, more: object = {}) {
    const stop = new AbortController()
    const { ports, events } = portsOf(kube, stop.signal)
    const lines: string[] = []
    const write = (text: string): void => {
      lines.push(text.trimEnd())
      if (lines.includes(enough)) setTimeout(() => stop.abort(new Error('enough')), 30)
    }
    const late = setTimeout(() => stop.abort(new Error('late')), 3_000)
    await followLogs({ ...REQUEST, ...more }, write, ports).catch(() => undefined)
    clearTimeout(late)
    return { lines, events }
  }
  const watching = (...events: (KubeObject | 'synced')[]) =>
    async function* (_kind: unknown, { signal }: { signal: AbortSignal }): AsyncIterable<WatchEvent> {
      for (const event of events) {
        yield event === 'synced' ? { type: 'synced' } : { type: 'modified', object: event }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }

  it("goes on after a break by the node's times: no line is lost, and none comes twice", async () => {
    const asked: LogOptions[] = []
    const { lines } = await follow(
      {
        watch: watching(pod('a', 0, RUNNING), 'synced'),
        async *followLogs(_pod, options) {
          asked.push(options)
          yield '2026-01-01T00:00:01.100000000Z one'
          yield '2026-01-01T00:00:01.200000000Z same'
          if (asked.length === 1) throw new Error('reset')
          yield '2026-01-01T00:00:01.200000000Z same'
          yield '2026-01-01T00:00:01.900000000Z three'
          yield '2026-01-01T00:00:02.000000000Z end'
        },
      },
      'end',
      { tailLines: 5 },
    )
    expect(lines.slice(0, 5)).toEqual(['one', 'same', 'same', 'three', 'end'])
    expect(asked[0]).toMatchObject({ container: 'engine', tailLines: 5 })
    expect(asked[1]).toMatchObject({ sinceTime: '2026-01-01T00:00:01Z' })
    expect(asked[1]).not.toHaveProperty('tailLines')
  })

  it('with --timestamps keeps the times, and --since counts up to the first break', async () => {
    const asked: LogOptions[] = []
    const { lines } = await follow(
      {
        watch: watching(pod('a', 0, RUNNING), 'synced'),
        async *followLogs(_pod, options) {
          asked.push(options)
          if (asked.length <= 2) yield '2026-01-01T00:00:01.100000000Z one'
          if (asked.length === 1) throw new Error('reset')
          yield '2026-01-01T00:00:02Z end'
        },
      },
      '2026-01-01T00:00:02Z end',
      { sinceSeconds: 60, isStamped: true },
    )
    expect(lines).toEqual(['2026-01-01T00:00:01.100000000Z one', '2026-01-01T00:00:02Z end'])
    expect(asked[0]).toMatchObject({ sinceSeconds: 60 })
    expect(asked[1]).not.toHaveProperty('sinceSeconds')
  })

  it('in a crash loop prints the life that has ended', async () => {
    const { lines } = await follow(
      {
        watch: watching(pod('a', 3, BACK_OFF, ENDED), 'synced'),
        logs: async (_pod, { previous }) => `2026-01-01T00:00:01Z ${previous ? 'older' : 'last words'}\n`,
      },
      'last words',
    )
    expect(lines).toEqual(['last words'])
  })

  it('prints a life that was over before it was seen, then the next', async () => {
    const { lines, events } = await follow(
      {
        watch: watching(pod('a', 0, CREATING), 'synced', pod('a', 1, RUNNING, ENDED)),
        async *followLogs() {
          yield '2026-01-01T00:00:09Z next'
          await new Promise((resolve) => setTimeout(resolve, 1_000))
        },
        logs: async (_pod, { previous }) => (previous ? '2026-01-01T00:00:05Z missed\n' : ''),
      },
      'next',
    )
    expect(lines).toEqual(['missed', 'next'])
    expect(events).toMatchObject([{ code: 'restarted' }])
  })
})

/** Ports of which a test gives what the code under test may touch: anything else ends the test and says what it was. */
import type { Ports } from '#pipeline/ports.ts'

export type Given = { [Port in keyof Ports]?: Ports[Port] extends object ? Partial<Ports[Port]> : Ports[Port] }

export function fakePorts(given: Given = {}): Ports {
  const usual: Given = { emit: () => undefined, signal: new AbortController().signal }
  return guarded<Ports>({ ...usual, ...given }, 'ports')
}

/** A clock of its own: whoever sleeps has slept, and so much later it is. */
export function quickClock(speed = 1): Ports['clock'] & { slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(now),
    span: (ms, leastMs = 0) => Math.max(ms / speed, Math.min(ms, leastMs)),
    async sleep(ms, signal) {
      signal.throwIfAborted()
      slept.push(ms)
      now += ms
    },
  }
}

const WHOLE = new Set(['signal', 'emit'])

function guarded<T extends object>(given: object, path: string): T {
  return new Proxy(given, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return value
      if (value === undefined && !(key in target)) throw new Error(`nobody has given ${path}.${key}`)
      const isPort = path === 'ports' && !WHOLE.has(key) && typeof value === 'object' && value !== null
      return isPort ? guarded(value, `${path}.${key}`) : value
    },
  }) as T
}

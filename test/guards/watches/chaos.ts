/** What a network and an API server may do to a watch: be late, break off, repeat, mix up the order, forget the past. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { Interception } from '../../cluster/suite/interceptor.ts'

export type Mishap =
  | { kind: 'none' }
  /** Each event comes so many milliseconds later. */
  | { kind: 'late'; ms: number }
  /** The connection breaks after so many events; the next one is lost with it. */
  | { kind: 'cut'; after: number }
  /** Each event comes twice. */
  | { kind: 'twice' }
  /** Of two events that come together the second is first. */
  | { kind: 'swapped' }
  /** The version is too old: told in an event, or as the answer. */
  | { kind: 'expired'; as: 'event' | 'status' }

/** Of one watch after the other; those that come later have none. */
export const mishaps: fc.Arbitrary<Mishap[]> = fc.array(
  fc.oneof(
    fc.constant<Mishap>({ kind: 'none' }),
    fc.record({ kind: fc.constant('late' as const), ms: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ kind: fc.constant('cut' as const), after: fc.integer({ min: 0, max: 3 }) }),
    fc.constant<Mishap>({ kind: 'twice' }),
    fc.constant<Mishap>({ kind: 'swapped' }),
    fc.record({ kind: fc.constant('expired' as const), as: fc.constantFrom('event' as const, 'status' as const) }),
  ),
  { minLength: 4, maxLength: 16 },
)

const EXPIRED = { kind: 'Status', status: 'Failure', reason: 'Expired', message: 'too old resource version', code: 410 }
/** Events of one change come within this. */
const TOGETHER_MS = 20

/** Lets them happen to the watches of a command. */
export function happen(all: readonly Mishap[]): Pick<Interception, 'take'> & { struck(): number } {
  let [next, struck] = [0, 0]
  return {
    struck: () => struck,
    take({ api, url }, answer, response) {
      if (api !== 'kube' || !url.includes('watch=true')) return false
      const mishap = all[next] ?? { kind: 'none' }
      next += 1
      if (mishap.kind === 'none') return false
      struck += 1
      if (mishap.kind === 'expired') {
        answer.destroy()
        const isEvent = mishap.as === 'event'
        response.writeHead(isEvent ? 200 : 410, { 'content-type': 'application/json' })
        response.end(JSON.stringify(isEvent ? { type: 'ERROR', object: EXPIRED } : EXPIRED))
        return true
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
      response.on('close', () => answer.destroy())
      pass(mishap, answer, response).catch(() => response.destroy())
      return true
    },
  }
}

async function pass(mishap: Mishap, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  let passed = 0
  for await (const lines of batches(answer)) {
    const ordered = mishap.kind === 'swapped' ? lines.toReversed() : lines
    for (const line of ordered) {
      if (mishap.kind === 'late') await sleep(mishap.ms)
      if (mishap.kind === 'cut' && passed >= mishap.after) {
        response.destroy()
        return
      }
      response.write(mishap.kind === 'twice' ? `${line}\n${line}\n` : `${line}\n`)
      passed += 1
    }
  }
  response.end()
}

/** Events that come together. */
async function* batches(answer: IncomingMessage): AsyncIterable<string[]> {
  const waiting: string[] = []
  let [rest, isOver] = ['', false]
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    waiting.push(...lines)
  })
  answer.on('close', () => {
    isOver = true
  })
  for (; !isOver || waiting.length > 0; await sleep(TOGETHER_MS)) if (waiting.length > 0) yield waiting.splice(0)
}

/** Answers that go wrong on purpose: a conflict, a server that is busy, a server that is gone. */
import type { Duplex } from 'node:stream'
import { type Answer, statusAnswer } from './answer.ts'

export interface Fault {
  /** 409, 410, 422, 429, 5xx; 0: the connection is cut without an answer. */
  status: number
  method?: string
  /** A part of the path or of the query. */
  path?: string
  /** How many requests; without it until it is taken back. */
  times?: number
}

const REASONS: Readonly<Record<number, [reason: string, message: string]>> = {
  409: ['Conflict', 'the object has been modified; please apply your changes to the latest version and try again'],
  410: ['Expired', 'The resourceVersion for the provided watch is too old.'],
  422: ['Invalid', 'the object is invalid'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted'],
}

export class Faults {
  #waiting: { given: Fault; left: number }[] = []
  readonly #open = new Set<Duplex>()

  /** A connection that a lost server takes with it. */
  track(connection: Duplex): void {
    this.#open.add(connection)
    connection.once('close', () => this.#open.delete(connection))
  }

  /** What is being answered breaks off. */
  breakOff(): void {
    for (const connection of this.#open) connection.destroy()
  }

  add(fault: Fault): void {
    this.#waiting.push({ given: fault, left: fault.times ?? Number.POSITIVE_INFINITY })
  }

  remove(fault: Fault): void {
    this.#waiting = this.#waiting.filter(({ given }) => given !== fault)
  }

  /** How many had not been met. */
  clear(): number {
    const { length } = this.#waiting
    this.#waiting = []
    return length
  }

  /** What this request is answered instead; undefined: it goes through. */
  take(method: string, path: string): Answer | 'cut' | undefined {
    const found = this.#waiting.find(
      ({ given }) => (given.method === undefined || given.method === method) && path.includes(given.path ?? ''),
    )
    if (found === undefined) return undefined
    found.left -= 1
    if (found.left <= 0) this.#waiting = this.#waiting.filter((each) => each !== found)
    const { given: fault } = found
    if (fault.status === 0) return 'cut'
    const [reason, message] = REASONS[fault.status] ?? ['Unknown', 'injected by the sandbox']
    return statusAnswer(fault.status, reason, message, fault.status === 429 ? { retryAfterSeconds: 1 } : {})
  }
}

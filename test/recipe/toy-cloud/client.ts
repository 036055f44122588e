/** Asks the toy cloud over HTTP, and words what it complains of. */
import { type ErrorCode, KaitoError, type Phase } from '#core/errors.ts'
import type { Complaint } from './wire.ts'

export interface Connection {
  url: string
  pollMs: number
}

interface Question {
  phase: Phase
  signal: AbortSignal
  body?: unknown
}

const CODES: Record<Complaint['code'], ErrorCode> = {
  quota: 'QUOTA_EXCEEDED',
  stock: 'CAPACITY_UNAVAILABLE',
  busy: 'CONFLICT',
  held: 'CONFLICT',
  exists: 'CONFLICT',
  nothing: 'NOT_FOUND',
}

export async function ask<T>(
  { url }: Connection,
  method: string,
  path: string,
  { phase, signal, body }: Question,
): Promise<T> {
  signal.throwIfAborted()
  const init = body === undefined ? { method, signal } : { method, signal, body: JSON.stringify(body) }
  const answer = await fetch(`${url}${path}`, init).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new KaitoError({ code: 'UNAVAILABLE', phase, message: 'The toy cloud is away.', hint: 'Wait.', cause: error })
  })
  const said = (await answer.json()) as T & Complaint
  if (!answer.ok) throw complaintOf(said, phase)
  return said
}

/** Undefined where there is no such thing. */
export async function find<T>(connection: Connection, path: string, question: Question): Promise<T | undefined> {
  return ask<T>(connection, 'GET', path, question).catch((error: unknown) => {
    if (error instanceof KaitoError && error.code === 'NOT_FOUND') return undefined
    throw error
  })
}

export function complaintOf(complaint: Complaint, phase: Phase): KaitoError {
  const { code, words } = complaint
  return new KaitoError({
    code: CODES[code],
    phase,
    message: `The toy cloud says: ${words}.`,
    reason: `${code}: ${words}`,
    hint: 'Ask the toy cloud’s keeper: toy pools list',
    retryable: code === 'busy' || code === 'exists' ? 'later' : 'no',
    raw: complaint,
  })
}

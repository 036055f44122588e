/** What the API server answers: objects, and Status objects in its own words. */
import { groupOf, type KindRow } from '#core/objects/kinds.ts'
import { resourceName } from '../store/kinds.ts'

export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** Thrown inside a handler, answered by the server. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(JSON.stringify(answer.body))
    this.answer = answer
  }
}

interface Details {
  name?: string
  group?: string
  kind?: string
  uid?: string
  retryAfterSeconds?: number
  causes?: readonly Cause[]
}

export function statusAnswer(code: number, reason: string, message: string, details: Details = {}): Answer {
  const retry = details.retryAfterSeconds
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code },
    ...(retry === undefined ? {} : { headers: { 'retry-after': String(retry) } }),
  }
}

function detailsOf(row: KindRow, name: string): Details {
  const group = groupOf(row)
  return { name, kind: row.plural, ...(group === '' ? {} : { group }) }
}

export function notFound(row: KindRow, name: string): Refusal {
  return new Refusal(statusAnswer(404, 'NotFound', `${resourceName(row)} "${name}" not found`, detailsOf(row, name)))
}

export function alreadyExists(row: KindRow, name: string): Refusal {
  const message = `${resourceName(row)} "${name}" already exists`
  return new Refusal(statusAnswer(409, 'AlreadyExists', message, detailsOf(row, name)))
}

export function moved(row: KindRow, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceName(row)} "${name}": ${why}`
  return new Refusal(statusAnswer(409, 'Conflict', message, detailsOf(row, name)))
}

export function forbidden(row: KindRow, name: string, why: string): Refusal {
  const message = `${resourceName(row)} "${name}" is forbidden: ${why}`
  return new Refusal(statusAnswer(403, 'Forbidden', message, detailsOf(row, name)))
}

/** Why a field is refused. */
export interface Cause {
  reason: string
  message: string
  field: string
}

export function invalid(row: KindRow, name: string, causes: readonly Cause[]): Refusal {
  const group = groupOf(row)
  const kind = group === '' ? row.kind : `${row.kind}.${group}`
  const words = causes.map(({ field, message }) => `${field}: ${message}`)
  const message = `${kind} "${name}" is invalid: ${words.length > 1 ? `[${words.join(', ')}]` : words[0]}`
  return new Refusal(statusAnswer(422, 'Invalid', message, { ...detailsOf(row, name), kind: row.kind, causes }))
}

export function invalidField(row: KindRow, name: string, field: string, message: string): Refusal {
  return invalid(row, name, [{ reason: 'FieldValueInvalid', message, field }])
}

export function badRequest(message: string): Refusal {
  return new Refusal(statusAnswer(400, 'BadRequest', message))
}

/** What a real cluster has and the sandbox has not. */
export function notImplemented(what: string): Refusal {
  const message = `the sandbox does not have ${what}: it plays what kaito uses, and no more of Kubernetes`
  return new Refusal(statusAnswer(501, 'NotImplemented', message))
}

/** Answers as vLLM 0.32 writes them: JSON in one piece, and its three shapes of errors. */
import type { ServerResponse } from 'node:http'

/** Every answer says where it came from. */
export const ORIGIN_HEADER = 'x-kaito-sandbox'

/** Thrown by a handler; becomes the answer. */
export class Refusal extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, JSON.stringify(body), { 'content-type': 'application/json', ...headers })
}

export function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers }).end(text)
}

/** What the framework says: `{"detail":"Not Found"}`. */
export function frameworkRefusal(status: number, detail: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal(status, { detail }, headers)
}

/** What the engine's own checks say. */
export function engineRefusal(status: number, type: string, message: string, param: string | null): Refusal {
  return new Refusal(status, { error: { message, type, param, code: status } })
}

/** A value that a check refuses; the message repeats its name and value. */
export function badValue(message: string, param: string, value?: number): Refusal {
  const suffix = value === undefined ? `(parameter=${param})` : `(parameter=${param}, value=${value})`
  return engineRefusal(400, 'BadRequestError', `${message} ${suffix}`, param)
}

/** A body that does not have the shape of the request; vLLM prints the validator's finding as Python does. */
export function badShape(finding: { type: string; loc: string; msg: string; input: string; ctx?: string }): Refusal {
  const { type, loc, msg, input, ctx } = finding
  const details = `{'type': '${type}', 'loc': '${loc}', 'msg': '${msg}', 'input': '${input}'${ctx === undefined ? '' : `, 'ctx': {'error': '${ctx}'}`}}`
  return engineRefusal(400, 'Bad Request', `1 validation error:\n  ${details}`, loc)
}

export function badMediaType(): Refusal {
  const message = "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed"
  return engineRefusal(400, 'Bad Request', message, null)
}

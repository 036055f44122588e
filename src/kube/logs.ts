/** Logs of pods, whole and as they come. */
import type { IncomingMessage } from 'node:http'
import type { LogOptions } from '#cluster/cluster.ts'
import type { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import { attemptOf, errorOf } from './wire/errors.ts'
import { pathOf } from './wire/paths.ts'
import type { Transport } from './wire/transport.ts'

export function logQuery(options: LogOptions, follow = false): URLSearchParams {
  const { container, previous, tailLines, sinceTime, sinceSeconds, timestamps } = options
  const query = new URLSearchParams()
  if (container !== undefined) query.set('container', container)
  if (previous === true) query.set('previous', 'true')
  if (tailLines !== undefined) query.set('tailLines', String(tailLines))
  if (sinceTime !== undefined) query.set('sinceTime', sinceTime)
  if (sinceSeconds !== undefined) query.set('sinceSeconds', String(sinceSeconds))
  if (timestamps === true) query.set('timestamps', 'true')
  if (follow) query.set('follow', 'true')
  return query
}

export async function* followLog(transport: Transport, pod: ObjectRef, options: LogOptions): AsyncIterable<string> {
  const path = `${pathOf(pod)}/log?${logQuery(options, true)}`
  const answer = await transport.open({ method: 'GET', path, signal: options.signal })
  answer.setEncoding('utf8')
  if (answer.statusCode !== 200) throw await refusedLog(answer, pod)
  let rest = ''
  for await (const chunk of answer) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function refusedLog(answer: IncomingMessage, pod: ObjectRef): Promise<KaitoError> {
  const parts: string[] = []
  for await (const chunk of answer) parts.push(String(chunk))
  return errorOf(answer.statusCode ?? 0, parts.join(''), attemptOf('get', { ...pod, kind: KINDS.pod.kind }, 'watch'))
}

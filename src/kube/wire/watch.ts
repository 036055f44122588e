/** List, then watch from there, over dropped connections and 410 Gone, until the signal ends it. */

import type { Kind, ListOptions, WatchEvent } from '#cluster/cluster.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { sleep } from '#std/sleep.ts'
import { attemptOf, errorOf } from './errors.ts'
import { listQuery, pathOf } from './paths.ts'
import { sendWithRetry } from './retry.ts'
import type { Transport } from './transport.ts'

interface WireEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubeObject & { code?: number }
}

const RECONNECT_MS = 500
/** Once may be bad luck: from so many failures in a row on it is said. */
const AWAY = 2
/** Asking again does not change these. */
const FINAL = ['UNAUTHENTICATED', 'PERMISSION_DENIED'] as const

export async function* watchObjects(transport: Transport, kind: Kind, options: ListOptions): AsyncIterable<WatchEvent> {
  const known = new Map<string, KubeObject>()
  for (;;) {
    const { items, resourceVersion } = await listAt(transport, kind, options)
    yield* relist(known, items)
    yield { type: 'synced' }
    const at: Position = { from: resourceVersion, failures: 0 }
    while (at.from !== undefined) {
      options.signal.throwIfAborted()
      const before = at.from
      yield* watchOnce(transport, kind, options, known, at)
      if (at.from === before) await sleep(RECONNECT_MS, options.signal)
    }
    // A server that ends every watch must not be asked for lists without a pause.
    await sleep(RECONNECT_MS, options.signal)
  }
}

interface Position {
  /** Where the next connection starts; undefined asks for a relist. */
  from: string | undefined
  /** How often in a row it could not be opened. */
  failures: number
}

async function listAt(
  transport: Transport,
  kind: Kind,
  options: ListOptions,
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  const path = `${pathOf(kind)}${listQuery(options)}`
  const answer = await sendWithRetry(transport, { method: 'GET', path, signal: options.signal })
  if (answer.status >= 300) throw errorOf(answer.status, answer.body, attemptOf('list', kind, 'watch'))
  const body = JSON.parse(answer.body) as { items: KubeObject[] | null; metadata: { resourceVersion: string } }
  const { apiVersion, kind: name } = kind
  return {
    items: (body.items ?? []).map((item) => ({ ...item, apiVersion, kind: name })),
    resourceVersion: body.metadata.resourceVersion,
  }
}

/** After a relist, only the differences are events. */
function* relist(known: Map<string, KubeObject>, items: readonly KubeObject[]): Iterable<WatchEvent> {
  const here = new Set(items.map(keyOf))
  for (const [key, object] of [...known]) {
    if (here.has(key)) continue
    known.delete(key)
    yield { type: 'deleted', object }
  }
  for (const object of items) {
    const before = known.get(keyOf(object))
    known.set(keyOf(object), object)
    if (before === undefined) yield { type: 'added', object }
    else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'modified', object }
  }
}

/** One connection; says once that it could not be opened, and once that it could again. */
async function* watchOnce(
  transport: Transport,
  kind: Kind,
  options: ListOptions,
  known: Map<string, KubeObject>,
  at: Position,
): AsyncIterable<WatchEvent> {
  const query = listQuery(options, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: at.from ?? '0' })
  let isOpen = false
  try {
    const answer = await transport.open({ method: 'GET', path: `${pathOf(kind)}${query}`, signal: options.signal })
    isOpen = true
    if (answer.statusCode !== 200) {
      const refusal = await refusalOf(answer, kind)
      if (refusal !== undefined) throw refusal
      at.from = undefined
      return
    }
    if (at.failures >= AWAY) yield { type: 'back' }
    at.failures = 0
    yield* eventsOf(answer, known, at)
  } catch (error) {
    options.signal.throwIfAborted()
    if (hasCode(error, ...FINAL)) throw error
    if (isOpen || !(error instanceof KaitoError)) return
    at.failures += 1
    if (at.failures === AWAY) yield { type: 'away', error }
  }
}

async function* eventsOf(
  answer: AsyncIterable<unknown>,
  known: Map<string, KubeObject>,
  at: Position,
): AsyncIterable<WatchEvent> {
  for await (const event of linesOf(answer)) {
    if (event.type === 'ERROR') {
      at.from = undefined
      return
    }
    at.from = event.object.metadata.resourceVersion ?? at.from
    if (event.type !== 'BOOKMARK') yield note(event, known)
  }
}

/** What no new list mends: the identity may not watch. Anything else is asked again after a list. */
async function refusalOf(
  answer: AsyncIterable<unknown> & { statusCode?: number | undefined },
  kind: Kind,
): Promise<KaitoError | undefined> {
  const status = answer.statusCode ?? 0
  const parts: string[] = []
  const decoder = new TextDecoder()
  for await (const chunk of answer) parts.push(decoder.decode(chunk as Uint8Array, { stream: true }))
  return status === 401 || status === 403
    ? errorOf(status, parts.join(''), attemptOf('watch', kind, 'watch'))
    : undefined
}

function note({ type, object }: WireEvent, known: Map<string, KubeObject>): WatchEvent {
  if (type === 'DELETED') known.delete(keyOf(object))
  else known.set(keyOf(object), object)
  return { type: type === 'DELETED' ? 'deleted' : type === 'ADDED' ? 'added' : 'modified', object }
}

async function* linesOf(stream: AsyncIterable<unknown>): AsyncIterable<WireEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = `${rest}${decoder.decode(chunk as Uint8Array, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line) as WireEvent
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

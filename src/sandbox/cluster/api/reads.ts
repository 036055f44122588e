/** Lists and watches. */
import type { ServerResponse } from 'node:http'
import type { KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { ObjectStore, Recorded } from '../store/objects.ts'
import { fieldMatch, labelMatch, type Match } from '../store/selectors.ts'
import { type Answer, statusAnswer } from './answer.ts'
import type { Target } from './path.ts'

const BOOKMARK_MS = 30_000

function matchOf({ namespace }: Target, query: URLSearchParams): Match {
  const [labels, fields] = [query.get('labelSelector'), query.get('fieldSelector')]
  const tests: Match[] = [
    ...(namespace === undefined ? [] : [(o: KubeObject) => o.metadata.namespace === namespace]),
    ...(labels === null || labels === '' ? [] : [labelMatch(labels)]),
    ...(fields === null || fields === '' ? [] : [fieldMatch(fields)]),
  ]
  return (object) => tests.every((test) => test(object))
}

export function list(store: ObjectStore, target: Target, query: URLSearchParams): Answer {
  const { row, namespace } = target
  const items = store.list(row, namespace).filter(matchOf(target, query))
  const metadata = { resourceVersion: String(store.version) }
  return { status: 200, body: { kind: `${row.kind}List`, apiVersion: row.apiVersion, metadata, items } }
}

/** Until the client goes. From `resourceVersion`; from 0 or without one, what is there comes first as ADDED. */
export function watch(store: ObjectStore, target: Target, query: URLSearchParams, response: ServerResponse): void {
  const { row } = target
  const isWanted = matchOf(target, query)
  const asked = query.get('resourceVersion') ?? ''
  const from = Number(asked)
  const write = (type: string, object: unknown): void => void response.write(`${JSON.stringify({ type, object })}\n`)
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  if (asked === '' || from === 0) {
    for (const object of store.list(row, target.namespace).filter(isWanted)) write('ADDED', object)
  } else {
    const missed = store.since(row, from)
    if (missed === undefined) {
      write('ERROR', statusAnswer(410, 'Expired', `too old resource version: ${from} (${store.version})`).body)
      response.end()
      return
    }
    for (const change of missed) tell(change, isWanted, write)
  }
  const off = store.onChange((changed, change) => {
    if (changed === row) tell(change, isWanted, write)
  })
  const bookmarks =
    query.get('allowWatchBookmarks') === 'true'
      ? setInterval(() => write('BOOKMARK', bookmark(row, store.version)), BOOKMARK_MS)
      : undefined
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  const end = seconds > 0 ? setTimeout(() => response.end(), seconds * 1_000) : undefined
  response.on('close', () => {
    off()
    clearInterval(bookmarks)
    clearTimeout(end)
  })
}

/** An object that changes so that the selector no longer fits has gone, for this watch; and the other way round. */
function tell(
  { type, object, before }: Recorded,
  isWanted: Match,
  write: (type: string, object: unknown) => void,
): void {
  const [is, was] = [isWanted(object), before !== undefined && isWanted(before)]
  if (type === 'DELETED') {
    if (was || is) write('DELETED', object)
  } else if (is) write(was ? 'MODIFIED' : 'ADDED', object)
  else if (was) write('DELETED', object)
}

function bookmark({ kind, apiVersion }: KindRow, version: number): unknown {
  return { kind, apiVersion, metadata: { resourceVersion: String(version), creationTimestamp: null } }
}

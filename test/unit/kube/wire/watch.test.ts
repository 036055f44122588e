/** List + watch over everything that a connection can do, against a real HTTP server that plays an API server. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { afterEach, describe, expect, it } from 'vitest'
import { createTransport } from '#kube/wire/transport.ts'
import { watchObjects } from '#kube/wire/watch.ts'

type Script = (res: ServerResponse, url: URL) => void
let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const item = (name: string, resourceVersion: string) => ({ metadata: { name, namespace: 'n', resourceVersion } })
const event = (type: string, name: string, version: string) =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Pod', ...item(name, version) } })}\n`
const list =
  (version: string, ...items: object[]): Script =>
  (res) =>
    res.end(JSON.stringify({ metadata: { resourceVersion: version }, items }))

/** Plays one script per request, in turn, and returns what a watch says until `count` events came. */
async function play(
  scripts: readonly Script[],
  count: number,
  end = new AbortController(),
): Promise<{ events: string[]; urls: string[] }> {
  const urls: string[] = []
  server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://x')
    urls.push(
      `${url.searchParams.get('watch') === 'true' ? 'watch' : 'list'} ${url.searchParams.get('resourceVersion')}`,
    )
    const script = scripts[urls.length - 1]
    if (script === undefined) res.writeHead(200)
    else script(res, url)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'c', server: address, skipTLSVerify: true }, { name: 'u', token: 't' })
  const transport = await createTransport(config, address, 'test', () => undefined)
  const events: string[] = []
  for await (const seen of watchObjects(
    transport,
    { apiVersion: 'v1', kind: 'Pod', namespace: 'n' },
    { signal: end.signal },
  )) {
    events.push(
      'object' in seen
        ? `${seen.type} ${seen.object.metadata.name}@${seen.object.metadata.resourceVersion}`
        : seen.type,
    )
    if (events.length === count) break
  }
  end.abort()
  return { events, urls }
}

const stream =
  (...lines: string[]): Script =>
  (res) => {
    res.writeHead(200)
    for (const line of lines) res.write(line)
    res.end()
  }

describe('watch', () => {
  it('lists, says that it has, and then follows from there', async () => {
    const { events, urls } = await play(
      [list('5', item('a', '3')), stream(event('MODIFIED', 'a', '6'), event('ADDED', 'b', '7'))],
      4,
    )
    expect(events).toEqual(['added a@3', 'synced', 'modified a@6', 'added b@7'])
    expect(urls).toEqual(['list null', 'watch 5'])
  })

  it('goes on where it was after a dropped connection, with the help of bookmarks', async () => {
    const { events, urls } = await play(
      [
        list('5'),
        stream(event('ADDED', 'a', '6'), event('BOOKMARK', '', '9')),
        (res) => res.destroy(),
        stream(event('DELETED', 'a', '10')),
      ],
      3,
    )
    expect(events).toEqual(['synced', 'added a@6', 'deleted a@10'])
    expect(urls).toEqual(['list null', 'watch 5', 'watch 9', 'watch 9'])
  })

  it.each([
    {
      how: 'as an event',
      gone: stream(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, metadata: {} } })}\n`),
    },
    { how: 'as the answer', gone: ((res) => res.writeHead(410).end('{}')) as Script },
  ])('lists anew after 410 Gone $how, and tells the differences alone', async ({ gone }) => {
    const { events } = await play(
      [list('5', item('a', '3'), item('b', '4')), gone, list('20', item('b', '4'), item('c', '19'))],
      6,
    )
    expect(events).toEqual(['added a@3', 'added b@4', 'synced', 'deleted a@3', 'added c@19', 'synced'])
  })

  it('an event may come in pieces, cut inside a letter', async () => {
    const line = Buffer.from(event('ADDED', 'ä', '6'))
    const pieces: Script = (res) => {
      res.writeHead(200)
      const cut = line.indexOf(Buffer.from('ä')) + 1
      res.write(line.subarray(0, cut))
      setTimeout(() => res.end(line.subarray(cut)), 20)
    }
    expect((await play([list('5'), pieces], 2)).events).toEqual(['synced', 'added ä@6'])
  })

  it('ends with the reason of its signal while it pauses, too', async () => {
    const stop = new AbortController()
    const why = new Error('Ctrl-C')
    const hangUp: Script = (res) => {
      res.destroy()
      setTimeout(() => stop.abort(why), 100)
    }
    await expect(play([list('5'), hangUp], 2, stop)).rejects.toBe(why)
  })

  it('a watch that is refused ends it with the cause, although the list was not', async () => {
    const refuse: Script = (res) =>
      res.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'cannot watch resource "pods"', code: 403 }))
    await expect(play([list('5'), refuse], 2)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: expect.stringContaining('cannot watch'),
    })
  })

  it('a watch that the server cannot give is asked for again, after a pause', async () => {
    const busy: Script = (res) => res.writeHead(500).end('{}')
    const start = performance.now()
    const { events } = await play([list('5'), busy, list('6'), stream(event('ADDED', 'a', '7'))], 3)
    expect(events).toEqual(['synced', 'synced', 'added a@7'])
    expect(performance.now() - start).toBeGreaterThan(400)
  })

  it('a list that is refused ends it with the cause', async () => {
    const refuse: Script = (res) =>
      res.writeHead(403).end(
        JSON.stringify({
          kind: 'Status',
          reason: 'Forbidden',
          message: 'pods is forbidden: User "x" cannot list resource "pods"',
          code: 403,
        }),
      )
    await expect(play([refuse], 1)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: expect.stringContaining('cannot list'),
    })
  })
})

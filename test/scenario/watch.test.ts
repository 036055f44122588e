/** Watches of the API server, past kaito: what comes first, what a selector makes of a change, and the end. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, eventually, upstream } from '../cluster/suite/bed.ts'

interface Watched {
  /** `ADDED a 1`: the change, the object, what is in it. */
  events: string[]
  ended: Promise<void>
}

let namespace = ''
const path = (tail = '') => `/api/v1/namespaces/${namespace}/configmaps${tail}`
const configMap = (name: string, a: string, team = 'x') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { team } },
  data: { a },
})
const version = async () =>
  (await api<{ metadata: { resourceVersion: string } }>('GET', path())).body.metadata.resourceVersion

function watch(query: string): Watched {
  const { url, ca, token } = upstream()
  const request = url.startsWith('http:') ? requestHttp : requestHttps
  const events: string[] = []
  const ended = new Promise<void>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const sent = request(new URL(path(`?watch=true&timeoutSeconds=5&${query}`), url), { ca, headers }, (answer) => {
      let rest = ''
      answer.setEncoding('utf8').on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const { type, object } = JSON.parse(line) as { type: string; object: ReturnType<typeof configMap> }
          if (object.metadata.name !== 'kube-root-ca.crt')
            events.push(`${type} ${object.metadata.name} ${object.data.a}`)
        }
      })
      answer.on('end', resolve)
    })
    sent.on('error', reject)
    sent.end()
  })
  return { events, ended }
}

beforeAll(async () => {
  namespace = await createNamespace()
})
afterAll(() => deleteNamespace(namespace))

describe('a watch', () => {
  it('from a version tells what came after it, by the selector, and ends when its time is over', async () => {
    const from = await version()
    await api('POST', path(), configMap('first', '1'))
    const { events, ended } = watch(`resourceVersion=${from}&labelSelector=team%3Dx`)
    await eventually(async () => events.length === 1, 'what came before it was opened')
    await api('POST', path(), configMap('other', '1', 'y'))
    await api('PUT', path('/first'), configMap('first', '2'))
    await api('PUT', path('/first'), configMap('first', '3', 'y'))
    await api('PUT', path('/first'), configMap('first', '4'))
    await api('DELETE', path('/first'))
    await ended
    expect(events.map((text) => text.replace(/^DELETED first \d/, 'DELETED first'))).toEqual([
      'ADDED first 1',
      'MODIFIED first 2',
      'DELETED first',
      'ADDED first 4',
      'DELETED first',
    ])
  })

  it('without a version begins with what there is', async () => {
    await api('POST', path(), configMap('there', '1', 'z'))
    const { events, ended } = watch('labelSelector=team%3Dz')
    await eventually(async () => events.length === 1, 'what there is')
    await api('PUT', path('/there'), configMap('there', '2', 'z'))
    await ended
    expect(events).toEqual(['ADDED there 1', 'MODIFIED there 2'])
  })
})

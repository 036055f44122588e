/** Where the endpoint is, and the commands that reach it. */

import { type Advice, advice, kaito, kubectl, other } from '#core/advice.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { endpointUrl } from '#core/objects/labels.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import type { Engine, EngineApi } from '#core/plan/engine.ts'
import type { Endpoint } from '#core/results.ts'
import { API_KEY_KEY } from '#core/state/own-secrets.ts'

interface ServiceBody {
  spec?: { ports?: { port: number }[] }
}

/** What its container is called; admission may put others beside it. */
export const ENGINE_CONTAINER = 'engine'
/** Where an engine is asked: the ports of its Service and its container, as they are rendered or stored. */
export function enginePorts(
  objects: readonly KubeObject[],
  { api }: Engine,
): { api: EngineApi; servicePort: number; containerPort: number } {
  const service = objects.find((o) => o.kind === KINDS.service.kind) as ServiceBody | undefined
  const template = objects.map(podTemplateOf).find((found) => found !== undefined)
  const containerPort = template?.spec?.containers?.[0]?.ports?.[0]?.containerPort
  return { api, servicePort: service?.spec?.ports?.[0]?.port ?? 80, containerPort: containerPort ?? api.port }
}

/** Local port of the commands that are printed. */
const LOCAL_PORT = 8000

/** What a request must say. */
export interface Served {
  servedModelName: string
  /** The model has a chat template. */
  chat: boolean
  apiKeySecret?: string | undefined
}

export function endpointOf(objectName: string, namespace: string, served: Served): Endpoint {
  const { servedModelName, apiKeySecret } = served
  const about = { workspace: objectName, namespace }
  return {
    ...about,
    url: endpointUrl(objectName, namespace),
    service: objectName,
    servedModelName,
    chatCommand: advice`${kaito('chat', { ...about, settings: { prompt: 'Hello' } })}`,
    portForwardCommand: advice`${kaito('endpoint', { ...about, settings: { forward: true } })}`,
    curlCommand: curlFor(namespace, served),
    ...(apiKeySecret === undefined ? {} : { apiKeySecret }),
  }
}

function curlFor(namespace: string, { servedModelName, chat, apiKeySecret }: Served): Advice {
  const [path, words] = chat
    ? ['chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }]
    : ['completions', { prompt: 'Hello' }]
  const body = JSON.stringify({ model: servedModelName, ...words, max_tokens: 64 })
  const url = `http://127.0.0.1:${LOCAL_PORT}/v1/${path}`
  const head = other('curl', '--retry', '5', '--retry-connrefused', url, '-H', 'Content-Type: application/json')
  if (apiKeySecret === undefined) return advice`${head} ${other('-d', body)}`
  // The shell of whoever copies it reads the key; it is printed nowhere.
  const key = kubectl('get', 'secret', apiKeySecret, '-n', namespace, '-o', `jsonpath={.data.${API_KEY_KEY}}`)
  return advice`${head} -H "Authorization: Bearer $(${key} | base64 -d)" ${other('-d', body)}`
}

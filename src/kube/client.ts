/** The KubePort over HTTP. */

import {
  type ClusterIdentity,
  FIELD_MANAGER,
  type KubePort,
  type ProxiedAnswer,
  type ProxiedRequest,
} from '#cluster/cluster.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { JsonObject, KubeObject, ObjectRef } from '#core/objects/kube-object.ts'
import type { Right } from '#core/objects/rights.ts'
import { followLog, logQuery } from './logs.ts'
import { listenLocally } from './tunnel/local-port.ts'
import type { PortForwarder } from './tunnel/port-forward.ts'
import { type Attempt, attemptOf, errorOf } from './wire/errors.ts'
import { evictPod } from './wire/evict.ts'
import { hasArrived } from './wire/has-arrived.ts'
import { listQuery, pathOf } from './wire/paths.ts'
import { type Answered, askAgain, sendWithRetry } from './wire/retry.ts'
import type { Transport, WireRequest } from './wire/transport.ts'
import { watchObjects } from './wire/watch.ts'

export function createClient(transport: Transport, identity: ClusterIdentity, forwarder: PortForwarder): KubePort {
  const call = async (request: WireRequest, attempt: Attempt, accepted: readonly number[] = []): Promise<Answered> => {
    const answer = await sendWithRetry(transport, request)
    if (answer.status < 300 || accepted.includes(answer.status)) return answer
    throw errorOf(answer.status, answer.body, attempt)
  }
  const get: KubePort['get'] = async (ref, signal) => {
    const answer = await call({ method: 'GET', path: pathOf(ref), signal }, attemptOf('get', ref, 'plan'), [404])
    return answer.status === 404 ? undefined : asObject(answer.body)
  }
  /** A repeated write that is refused, because its first attempt has arrived, has not failed. */
  const write = async (request: WireRequest, attempt: Attempt, object: KubeObject): Promise<KubeObject> => {
    const answer = await call(request, attempt, [409])
    if (answer.status !== 409) return asObject(answer.body)
    const there = answer.wasLost ? await get(refWithNamespace(object), request.signal) : undefined
    if (there === undefined || !hasArrived(there, object)) throw errorOf(409, answer.body, attempt)
    return there
  }
  return {
    identity: () => identity,
    can: (right, namespace, signal) => askRight(transport, right, namespace, signal),
    minorVersion: (signal) => askVersion(transport, signal),
    get,
    async list(kind, options) {
      const query = listQuery(options)
      const answer = await call(
        { method: 'GET', path: `${pathOf(kind)}${query}`, signal: options.signal },
        attemptOf('list', kind, 'plan'),
      )
      return itemsOf(answer.body, kind)
    },
    async apply(object, { signal, dryRun = false, force = false }) {
      const query = new URLSearchParams({
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        force: String(force),
      })
      if (dryRun) query.set('dryRun', 'All')
      const ref = refWithNamespace(object)
      const path = `${pathOf(ref)}?${query}`
      const body = JSON.stringify(object)
      const answer = await call(
        { method: 'PATCH', path, body, contentType: 'application/apply-patch+yaml', signal },
        attemptOf('apply', ref, dryRun ? 'plan' : 'apply'),
      )
      return asObject(answer.body)
    },
    async create(object, signal) {
      const ref = refWithNamespace(object)
      const { name: _name, ...kind } = ref
      const path = `${pathOf(kind)}?fieldManager=${FIELD_MANAGER}`
      return write(
        { method: 'POST', path, body: JSON.stringify(object), signal },
        attemptOf('create', ref, 'apply'),
        object,
      )
    },
    async tryCreate(object, signal) {
      const { name: _name, ...kind } = refWithNamespace(object)
      const path = `${pathOf(kind)}?fieldManager=${FIELD_MANAGER}&dryRun=All`
      const attempt = attemptOf('create', kind, 'plan')
      const answer = await call({ method: 'POST', path, body: JSON.stringify(object), signal }, attempt)
      return { object: asObject(answer.body), warnings: warningsIn(answer.headers['warning']) }
    },
    async replace(object, signal) {
      const ref = refWithNamespace(object)
      const path = `${pathOf(ref)}?fieldManager=${FIELD_MANAGER}`
      return write(
        { method: 'PUT', path, body: JSON.stringify(object), signal },
        attemptOf('update', ref, 'apply'),
        object,
      )
    },
    async delete(ref, { signal, uid, resourceVersion }) {
      const hasCondition = uid !== undefined || resourceVersion !== undefined
      const body = JSON.stringify({
        propagationPolicy: 'Background',
        ...(hasCondition ? { preconditions: { uid, resourceVersion } } : {}),
      })
      const answer = await call(
        { method: 'DELETE', path: pathOf(ref), body, signal },
        attemptOf('delete', ref, 'destroy'),
        [404],
      )
      return answer.status !== 404 || answer.wasLost
    },
    evict: (pod, signal) => evictPod(transport, pod, signal),
    watch: (kind, options) => watchObjects(transport, kind, options),
    async logs(pod, options) {
      const path = `${pathOf(pod)}/log?${logQuery(options)}`
      return (
        await call(
          { method: 'GET', path, signal: options.signal },
          attemptOf('get', { ...pod, kind: KINDS.pod.kind }, 'watch'),
        )
      ).body
    },
    followLogs: (pod, options) => followLog(transport, pod, options),
    portForward: (pod, port, signal) => askAgain(() => forwarder.open(pod, port, signal), signal),
    listen(localPort, pick, onFailure) {
      const dial = async (signal: AbortSignal) => {
        const { pod, port } = pick()
        return askAgain(() => forwarder.dial(pod, port, signal), signal)
      }
      return listenLocally(localPort, dial, onFailure)
    },
    async serviceRequest(service, port, request, signal) {
      return throughService(transport, service, port, request, signal)
    },
    async close() {
      transport.close()
    },
  }
}

function refWithNamespace({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { name, namespace } = metadata
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, name, namespace }
}

function asObject(body: string): KubeObject {
  return JSON.parse(body) as KubeObject
}

/** `299 - "text"`, several of them in a row. */
function warningsIn(header: string | string[] | undefined): string[] {
  const texts = [header ?? []].flat().join(', ')
  return [...texts.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
}

/** Items of a list carry no kind of their own. */
function itemsOf(body: string, { apiVersion, kind }: { apiVersion: string; kind: string }): KubeObject[] {
  const { items } = JSON.parse(body) as { items: KubeObject[] | null }
  return (items ?? []).map((item) => ({ ...item, apiVersion, kind }))
}

/** Source: authorization.k8s.io/v1 SelfSubjectAccessReview; nothing is stored. */
async function askRight(
  transport: Transport,
  { verb, group, resource: full, namespace: own, name }: Right,
  workspaceNamespace: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const [resource = '', subresource = ''] = full.split('/')
  const namespace = own ?? workspaceNamespace
  const body = JSON.stringify({
    ...typeOf(KINDS.selfSubjectAccessReview),
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  })
  const path = pathOf(KINDS.selfSubjectAccessReview)
  const answer = await sendWithRetry(transport, { method: 'POST', path, body, signal })
  if (answer.status >= 300) return undefined
  return (JSON.parse(answer.body) as { status?: { allowed?: boolean } }).status?.allowed
}

/** Source: GET /version, whose minor may be `35+`. */
async function askVersion(transport: Transport, signal: AbortSignal): Promise<number | undefined> {
  const answer = await sendWithRetry(transport, { method: 'GET', path: '/version', signal })
  if (answer.status >= 300) return undefined
  const minor = Number.parseInt((JSON.parse(answer.body) as { minor?: string }).minor ?? '', 10)
  return Number.isNaN(minor) ? undefined : minor
}

async function throughService(
  transport: Transport,
  service: ObjectRef,
  port: number,
  request: ProxiedRequest,
  signal: AbortSignal,
): Promise<ProxiedAnswer> {
  const path = `${pathOf({ ...service, name: `${service.name}:${port}` }).replace('%3A', ':')}/proxy${request.path}`
  const { method, body, timeoutMs } = request
  const send = () => transport.send({ method, path, timeoutMs, signal, ...(body === undefined ? {} : { body }) })
  const answer = await (method === 'GET' ? askAgain(send, signal) : send())
  const isOurs = (JSON.parse(isJson(answer.body) ? answer.body : '{}') as JsonObject)['kind'] === 'Status'
  if (isOurs && (answer.status === 401 || answer.status === 403)) {
    throw errorOf(answer.status, answer.body, {
      verb: 'get',
      kind: 'services/proxy',
      name: service.name,
      phase: 'verify',
    })
  }
  return { status: answer.status, body: answer.body }
}

function isJson(text: string): boolean {
  return text.startsWith('{')
}

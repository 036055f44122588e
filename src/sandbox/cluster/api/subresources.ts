/** What hangs below objects: scale, logs, and the ways to a pod. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { KINDS } from '#core/objects/kinds.ts'
import type { JsonObject, KubeObject } from '#core/objects/kube-object.ts'
import { selectorOf } from '#core/objects/labels.ts'
import type { ObjectStore } from '../store/objects.ts'
import { labelMatch } from '../store/selectors.ts'
import { servePortForward } from '../tunnel/port-forward.ts'
import { badRequest, notFound, Refusal, statusAnswer } from './answer.ts'
import type { Target } from './path.ts'
import { existing, mergePatch, type WriteOptions } from './writes.ts'

/** What the sandbox knows of a pod's container beyond the object. */
export interface PodRuntime {
  /** Lines that the container has written until now, oldest first. */
  logOf(pod: KubeObject, previous: boolean): readonly LogLine[] | undefined
  /** Answers HTTP as the pod's port does; undefined: nothing listens there. */
  handlerOf(pod: KubeObject, port: number): ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  /** A byte stream to the pod's port; rejects in the kubelet's words. */
  dial(pod: KubeObject, port: number): Promise<Duplex>
}

export interface LogLine {
  /** ISO time. */
  at: string
  text: string
}

interface Scalable {
  spec?: { replicas?: number; selector?: { matchLabels?: Record<string, string> } }
  status?: { replicas?: number }
}

export function readScale(store: ObjectStore, target: Target): JsonObject {
  const live = existing(store, target)
  const { spec, status } = live as Scalable
  const { name, namespace = '', uid = '', resourceVersion = '' } = live.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion },
    spec: { replicas: spec?.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: selectorOf(spec?.selector?.matchLabels ?? {}) },
  }
}

export function writeScale(store: ObjectStore, target: Target, body: JsonObject, options: WriteOptions): JsonObject {
  const { replicas } = (body['spec'] ?? {}) as { replicas?: number }
  mergePatch(store, { ...target, subresource: 'scale' }, { spec: { replicas: replicas ?? 0 } }, options)
  return readScale(store, target)
}

const FOLLOW_MS = 200

export function streamLog(
  store: ObjectStore,
  target: Target,
  query: URLSearchParams,
  response: ServerResponse,
  runtime: PodRuntime,
): void {
  const pod = existing(store, target)
  const isPrevious = query.get('previous') === 'true'
  const lines = runtime.logOf(pod, isPrevious)
  if (lines === undefined) throw noLog(pod, isPrevious)
  const from = beginOf(query)
  const fresh = lines.filter(({ at }) => Date.parse(at) >= from)
  const tail = query.get('tailLines')
  const shown = tail === null ? fresh : fresh.slice(-Number(tail) || fresh.length)
  const isStamped = query.get('timestamps') === 'true'
  const textOf = ({ at, text }: LogLine): string => `${isStamped ? `${at} ` : ''}${text}\n`
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.write(shown.map(textOf).join(''))
  if (query.get('follow') !== 'true') {
    response.end()
    return
  }
  let written = lines.length
  const timer = setInterval(() => {
    const live = store.get(target.row, target.namespace, target.name ?? '')
    const all = live === undefined ? undefined : runtime.logOf(live, false)
    // A restarted container has a log of its own: this one has ended.
    if (all === undefined || all.length < written) response.end()
    else for (; written < all.length; written += 1) response.write(textOf(all[written] as LogLine))
  }, FOLLOW_MS)
  response.on('close', () => clearInterval(timer))
}

/** Milliseconds. */
function beginOf(query: URLSearchParams): number {
  const [time, seconds] = [query.get('sinceTime'), query.get('sinceSeconds')]
  if (seconds !== null) return Date.now() - Number(seconds) * 1_000
  // The kubelet gets whole seconds, whatever was asked for.
  return time === null ? 0 : Math.floor(Date.parse(time) / 1_000) * 1_000
}

function noLog({ metadata, ...pod }: KubeObject, isPrevious: boolean): Refusal {
  const [container] = (pod['spec'] as { containers: { name: string }[] }).containers
  const [status] = (
    pod['status'] as { containerStatuses?: { state?: { waiting?: { reason?: string } } }[] } | undefined
  )?.containerStatuses ?? [undefined]
  const why = status?.state?.waiting?.reason ?? 'ContainerCreating'
  return isPrevious
    ? badRequest(`previous terminated container "${container?.name}" in pod "${metadata.name}" not found`)
    : badRequest(`container "${container?.name}" in pod "${metadata.name}" is waiting to start: ${why}`)
}

/** `services/NAME:PORT/proxy/…` and `pods/NAME:PORT/proxy/…`. */
export function proxy(
  store: ObjectStore,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  runtime: PodRuntime,
): void {
  const [name = '', port = ''] = (target.name ?? '').split(':')
  const found = existing(store, { ...target, name })
  const reached = target.row === KINDS.service ? behind(store, found, port) : { pod: found, port: Number(port) }
  const handler = reached === undefined ? undefined : runtime.handlerOf(reached.pod, reached.port)
  if (handler === undefined) {
    const message =
      target.row === KINDS.service
        ? `no endpoints available for service "${name}"`
        : `error trying to reach service: dial tcp: connect: connection refused`
    throw new Refusal(statusAnswer(503, 'ServiceUnavailable', message))
  }
  const { search } = new URL(request.url ?? '/', 'http://sandbox')
  request.url = `${target.rest}${search}`
  // The token is for the API server, not for what lies behind it.
  if (request.headers.authorization?.startsWith('Bearer sandbox-')) delete request.headers.authorization
  handler(request, response)
}

interface ServiceBody {
  spec?: {
    selector?: Record<string, string>
    ports?: { name?: string; port: number; targetPort?: number | string }[]
  }
}

function behind(store: ObjectStore, service: KubeObject, port: string): { pod: KubeObject; port: number } | undefined {
  const { spec } = service as ServiceBody
  const wanted = spec?.ports?.find((each) => String(each.port) === port || each.name === port || port === '')
  const selector = selectorOf(spec?.selector ?? {})
  if (wanted === undefined || selector === '') return undefined
  const isBehind = labelMatch(selector)
  const pod = store.list(KINDS.pod, service.metadata.namespace).find((each) => isBehind(each) && isPodReady(each))
  const inPod = pod === undefined ? undefined : portOf(pod, wanted.targetPort ?? wanted.port)
  return pod === undefined || inPod === undefined ? undefined : { pod, port: inPod }
}

/** A name is looked up among the container's ports. */
export function portOf(pod: KubeObject, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  const { containers } = pod['spec'] as { containers: { ports?: { name?: string; containerPort: number }[] }[] }
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === port)?.containerPort
}

export function isPodReady(pod: KubeObject): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as { conditions?: { type: string; status: string }[] }
  return (
    pod.metadata.deletionTimestamp === undefined && conditions.some((c) => c.type === 'Ready' && c.status === 'True')
  )
}

export function forwardPorts(
  store: ObjectStore,
  target: Target,
  upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer },
  query: URLSearchParams,
  runtime: PodRuntime,
): void {
  const pod = store.get(target.row, target.namespace, target.name ?? '')
  if (pod === undefined) throw notFound(target.row, target.name ?? '')
  const ports = query.getAll('ports').flatMap((list) => list.split(',').map(Number))
  servePortForward({ ...upgrade, ports, dial: (port) => runtime.dial(pod, port) })
}

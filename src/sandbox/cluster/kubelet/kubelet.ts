/** Walks pods through pull, start and probe, ends them, and stands in for what listens on their port. */

import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Supply } from '#core/plan/engine.ts'
import type { Drill } from '../../drills.ts'
import { isRefusal, type SimulatedEngine } from '../../engines/engine.ts'
import type { Pod } from '../../pod.ts'
import type { LogLine, PodRuntime } from '../api/subresources.ts'
import type { Node } from '../controllers/bodies.ts'
import { record as recordEvent } from '../controllers/events.ts'
import type { Controller, World } from '../controllers/loop.ts'
import type { ObjectStore } from '../store/objects.ts'
import { connectionRefused, inMemoryConnection } from '../tunnel/port-forward.ts'
import { type Container, containerOf } from './container.ts'
import { environmentValue, missingSecret } from './environment.ts'
import { freshRecord, type PodRecord, type Records } from './record.ts'
import { nextStep } from './stages.ts'
import { eventOf, statusOf } from './status.ts'

export interface KubeletOptions {
  store: ObjectStore
  engines: readonly SimulatedEngine[]
  supply: Supply
  records: Records
  now(): number
  drill(): Drill | undefined
  /** A real engine that answers instead. */
  passTo(): string | undefined
}

/** An engine on the CPU of this process ends at once; what is in flight is given this long. */
const END_SECONDS = 5

export interface Kubelet {
  reconcile: Controller
  runtime: PodRuntime
}

export function createKubelet(options: KubeletOptions): Kubelet {
  const engines = new Map<string, Server>()
  return {
    reconcile: (world) => reconcile(options, engines, world),
    runtime: {
      logOf: (pod, previous) => shownLog(options, pod, previous),
      handlerOf(pod, port) {
        const server = engineAt(options, engines, pod, port)
        return server === undefined ? undefined : (request, response) => void server.emit('request', request, response)
      },
      dial(pod, port): Promise<Duplex> {
        const server = engineAt(options, engines, pod, port)
        return server === undefined
          ? Promise.reject(connectionRefused(pod.metadata.uid ?? '', port))
          : Promise.resolve(inMemoryConnection(server))
      },
    },
  }
}

function reconcile(options: KubeletOptions, engines: Map<string, Server>, world: World): number | undefined {
  const { store, records } = options
  const due: number[] = []
  const pods = store.list(KINDS.pod) as Pod[]
  for (const pod of pods) {
    if (pod.spec.nodeName === undefined) continue
    const node = store.get(KINDS.node, undefined, pod.spec.nodeName) as Node | undefined
    const at = node === undefined ? options.now() : endAt(pod, records, world)
    if (node === undefined || (at !== undefined && at <= options.now())) {
      store.remove(pod)
      continue
    }
    if (at !== undefined) due.push(at)
    else due.push(...step(options, world, pod, node))
  }
  const alive = new Set(pods.map(({ metadata }) => metadata.uid))
  for (const uid of records.keys()) if (!alive.has(uid)) records.delete(uid)
  for (const [key, server] of engines) {
    if (alive.has(key.split(' ')[0])) continue
    server.closeAllConnections()
    engines.delete(key)
  }
  return due.length === 0 ? undefined : Math.min(...due)
}

/** When a pod that is being deleted is gone; undefined: it is not being deleted. */
function endAt(pod: Pod, records: Records, world: World): number | undefined {
  const { deletionTimestamp, uid = '' } = pod.metadata
  if (deletionTimestamp === undefined) return undefined
  const isServing = records.get(uid)?.stage === 'running'
  const sleep = pod.spec.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0
  return Date.parse(deletionTimestamp) + world.scaled(isServing ? sleep + END_SECONDS : 1)
}

/** As far as the pod goes now; returns when it goes on. */
function step(options: KubeletOptions, world: World, seen: Pod, node: Node): number[] {
  const { store, records } = options
  const { uid = '', namespace } = seen.metadata
  const container = containerOf(seen, options.engines, options.supply)
  const secretOf = (name: string): KubeObject | undefined => store.get(KINDS.secret, namespace, name)
  const missing = missingSecret(seen, secretOf)
  const known = records.get(uid)
  let record: PodRecord = known ?? freshRecord(options.now())
  const stages = known === undefined ? [record] : []
  const hasImage = node.status?.images?.some(({ names }) => names.includes(container.image)) ?? false
  for (;;) {
    const found = nextStep(record, container, {
      now: options.now(),
      scaled: world.scaled,
      drill: options.drill(),
      hasImage,
      missingSecret: missing,
    })
    if (found === undefined || 'dueAt' in found) {
      if (stages.length > 0 || missing !== undefined) report(options, seen, container, record, stages, missing)
      records.set(uid, record)
      return found === undefined ? [] : [found.dueAt]
    }
    record = found.next
    stages.push(record)
    if (record.stage === 'starting') keepImage(store, node, container.image)
    // Each end of a container is seen by those who watch.
    if (record.stage === 'ended' || record.stage === 'pull-failed') {
      report(options, seen, container, record, stages, missing)
      stages.length = 0
    }
  }
}

function report(
  options: KubeletOptions,
  seen: Pod,
  container: Container,
  record: PodRecord,
  stages: readonly PodRecord[],
  missing: string | undefined,
): void {
  const { store } = options
  const pod = store.get(KINDS.pod, seen.metadata.namespace, seen.metadata.name) as Pod | undefined
  if (pod === undefined) return
  const isKilled = options.drill()?.killed === true
  store.put({ ...pod, status: statusOf(pod, record, container, { missing, isKilled }) })
  for (const { stage } of stages) {
    const said = eventOf(stage, container, missing)
    if (said !== undefined) recordEvent(store, pod, said)
  }
}

function keepImage(store: ObjectStore, seen: Node, image: string): void {
  const node = store.get(KINDS.node, undefined, seen.metadata.name) as Node | undefined
  const images = node?.status?.images ?? []
  if (node === undefined || images.some(({ names }) => names.includes(image))) return
  store.put({ ...node, status: { ...node.status, images: [...images, { names: [image] }] } })
}

function shownLog({ records, now }: KubeletOptions, pod: KubeObject, previous: boolean): LogLine[] | undefined {
  const record = records.get(pod.metadata.uid ?? '')
  if (record === undefined) return undefined
  if (previous) return record.previousLog
  if (!['booting', 'running', 'ended', 'backing-off'].includes(record.stage)) return undefined
  return record.log.filter(({ at }) => Date.parse(at) <= now())
}

function engineAt(
  options: KubeletOptions,
  engines: Map<string, Server>,
  pod: KubeObject,
  port: number,
): Server | undefined {
  const { uid = '', namespace } = pod.metadata
  const record = options.records.get(uid)
  if (record?.stage !== 'running') return undefined
  const { engine, launch, keyVariable } = containerOf(pod as Pod, options.engines, options.supply)
  if (isRefusal(launch) || launch.port !== port) return undefined
  const passTo = options.passTo()
  const key = `${uid} ${passTo ?? ''}`
  const known = engines.get(key)
  if (known !== undefined) return known
  const apiKey = environmentValue(pod as Pod, keyVariable, (name) => options.store.get(KINDS.secret, namespace, name))
  const server = createServer(
    engine.serve(launch, {
      startedAt: new Date(record.since),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(passTo === undefined ? {} : { passTo }),
    }),
  )
  engines.set(key, server)
  return server
}

/** A drill: another run, on another machine, holds the lock of the workspace that somebody asks for, and gives it up by itself. */
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { microTime } from '#core/objects/lease-time.ts'
import type { Controller, World } from '../cluster/controllers/loop.ts'
import type { Drill } from '../drills.ts'

export interface LockHolder {
  /** Of a request that is about to be answered. */
  beforeRequest(path: string): void
  renew: Controller
}

interface Lease extends KubeObject {
  spec: Record<string, unknown>
}

const HELD_SECONDS = 60
/** However fast time runs: whoever is refused has seen it renewed before. */
const SHORTEST_MS = 20_000
const RENEW_MS = 1_000
export const TERM_SECONDS = 30
export const HOLDER = 'build-agent-7//4711/another//'
const LEASE = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases\/([^/?]+)/

/** Once for each workspace: the command that goes on finds the lock free. */
export function holdLock({ store, now, scaled }: World, drill: () => Drill | undefined): LockHolder {
  const met = new Set<string>()
  const held = new Map<string, number>()
  const put = (lease: Lease, holderIdentity: string): void => {
    const spec = { ...lease.spec, holderIdentity, renewTime: microTime(new Date(now())) }
    store.put({ ...lease, spec } as KubeObject)
  }
  return {
    beforeRequest(path) {
      const [, namespace = '', name = ''] = LEASE.exec(path) ?? []
      const key = `${namespace}/${name}`
      if (drill()?.lock !== 'held' || name === '' || met.has(key) || isThere(store, namespace, name)) return
      met.add(key)
      held.set(key, now() + Math.max(SHORTEST_MS, scaled(HELD_SECONDS)))
      const acquireTime = microTime(new Date(now()))
      const spec = { leaseDurationSeconds: TERM_SECONDS, acquireTime, leaseTransitions: 0 }
      put({ ...typeOf(KINDS.lease), metadata: { name, namespace }, spec }, HOLDER)
    },
    renew() {
      for (const [key, until] of held) {
        const [namespace, name = ''] = key.split('/')
        const lease = store.get(KINDS.lease, namespace, name) as Lease | undefined
        const isOver = now() >= until || drill()?.lock !== 'held'
        if (lease !== undefined) put(lease, isOver ? '' : HOLDER)
        if (isOver) held.delete(key)
      }
      return held.size === 0 ? undefined : now() + RENEW_MS
    },
  }
}

function isThere(store: World['store'], namespace: string, name: string): boolean {
  return store.get(KINDS.lease, namespace, name) !== undefined
}

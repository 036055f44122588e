/**
 * What is seen is folded, not fetched: one list of each kind, then one watch per kind and namespace for all workspaces
 * of a run. Outlives an API server that goes away.
 */
import type { Kind, ListOptions } from '#cluster/cluster.ts'
import { hasCode, type KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Ports } from '../ports.ts'
import { inPace, pause, timeOf } from '../time/pace.ts'
import { createMemory, type Memory } from './memory.ts'
import { questionFor, type Scope, type SeenId } from './seen-kinds.ts'

/** Between two attempts to reach an API server that is away. */
const AGAIN_MS = 1_000
/** Less than what looks hopeless has to hold, however fast a sandbox lives. */
const LEAST_AGAIN_MS = 100
/** Where a kind may be listed and not watched. */
const ASK_MS = 5_000
const LEAST_ASK_MS = 250

export interface Watches {
  memory: Memory
  /** Lists what has not been listed yet. */
  open(...ids: SeenId[]): Promise<void>
  /** From here on a change of these is told: who does not wait for one has asked for a list, and for no more. */
  follow(ids: readonly SeenId[]): void
  /** Resolves at the next change; rejects when there will be none. Taken before a look, it misses nothing. */
  changed(): Promise<void>
  close(): Promise<void>
}

export function openWatches(scope: Scope, ports: Ports): Watches {
  const memory = createMemory(() => timeOf(ports), ports.workloads)
  const stop = new AbortController()
  const own: Ports = { ...ports, signal: AbortSignal.any([ports.signal, stop.signal]) }
  const opened = new Map<SeenId, { synced: Promise<void>; ended: Promise<void>; follow(): void }>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  let change = Promise.withResolvers<void>()
  const wake = (): void => {
    change.resolve()
    change = Promise.withResolvers()
  }
  const begin = (id: SeenId): void => {
    const { promise: synced, resolve } = Promise.withResolvers<void>()
    const onSynced = (): void => {
      resolve()
      wake()
    }
    const { promise: isFollowed, resolve: follow } = Promise.withResolvers<void>()
    own.signal.addEventListener('abort', () => follow(), { once: true })
    const watched = { id, scope, memory, wake, onSynced, isFollowed, tell: tellOnce }
    const ended = keepWatching(watched, own).catch(failed.reject)
    opened.set(id, { synced, ended, follow })
  }
  const tellOnce = createTeller(ports)
  return {
    memory,
    async open(...ids) {
      for (const id of ids) if (!opened.has(id)) begin(id)
      await Promise.race([failed.promise, Promise.all(ids.map((id) => opened.get(id)?.synced))])
    },
    follow(ids) {
      for (const id of ids) opened.get(id)?.follow()
    },
    changed: () => Promise.race([change.promise, failed.promise]),
    async close() {
      stop.abort()
      await Promise.allSettled([...opened.values()].map(({ ended }) => ended))
    },
  }
}

interface Watched {
  id: SeenId
  scope: Scope
  memory: Memory
  wake(): void
  onSynced(): void
  isFollowed: Promise<void>
  tell(id: SeenId, away: KaitoError | undefined): void
}

/** Ends with the signal, or where this identity may not look. */
async function keepWatching(watched: Watched, ports: Ports): Promise<void> {
  const { id, memory, tell, onSynced } = watched
  const state = { isSynced: false }
  for (;;) {
    try {
      await watchOnce(watched, state, ports)
    } catch (error) {
      // Whoever waits for the first list must hear of the end.
      if (!state.isSynced) ports.signal.throwIfAborted()
      if (ports.signal.aborted) return
      if (hasCode(error, 'PERMISSION_DENIED') && state.isSynced) return keepAsking(watched, ports)
      if (hasCode(error, 'PERMISSION_DENIED') && memory.kindOf(id).isOptional === true) {
        memory.hide(id, error)
        return onSynced()
      }
      // At first it must be there.
      if (!state.isSynced || !isPassing(error)) throw error
      tell(id, error)
    }
    await pause(inPace(AGAIN_MS, ports, LEAST_AGAIN_MS), ports)
  }
}

async function watchOnce(watched: Watched, state: { isSynced: boolean }, { kube, signal }: Ports): Promise<void> {
  const { id, memory, wake, onSynced, isFollowed, tell } = watched
  const { kind, options } = questionFor(memory.kindOf(id), watched.scope)
  const listed: KubeObject[] = []
  let isListing = true
  memory.beginList(id)
  for await (const event of kube.watch(kind, { ...options, signal })) {
    if (event.type === 'away') tell(id, event.error)
    else if (event.type === 'back') tell(id, undefined)
    else if (event.type === 'synced' && isListing) {
      isListing = false
      state.isSynced = true
      memory.replace(id, listed)
      memory.fold(id, event)
      tell(id, undefined)
      onSynced()
      await isFollowed
      if (signal.aborted) return
    } else if (isListing && 'object' in event) listed.push(event.object)
    else {
      memory.fold(id, event)
      wake()
    }
  }
}

async function keepAsking({ id, scope, memory, wake }: Watched, ports: Ports): Promise<void> {
  const { kind, options } = questionFor(memory.kindOf(id), scope)
  for (;;) {
    await pause(inPace(ASK_MS, ports, LEAST_ASK_MS), ports).catch(() => undefined)
    if (ports.signal.aborted) return
    memory.beginList(id)
    const objects = await listAgain(kind, { ...options, signal: ports.signal }, ports)
    if (objects !== undefined) memory.replace(id, objects)
    wake()
  }
}

/** Undefined: it is away for now. */
async function listAgain(kind: Kind, options: ListOptions, { kube, signal }: Ports): Promise<KubeObject[] | undefined> {
  return kube.list(kind, options).catch((error: unknown) => {
    signal.throwIfAborted()
    if (isPassing(error)) return undefined
    throw error
  })
}

/** Each watch finds out by itself that the API server is away: it is said once. */
function createTeller({ emit }: Ports): Watched['tell'] {
  const away = new Set<SeenId>()
  const tell = (code: string, message: string): void => emit({ type: 'warning', phase: 'watch', code, message })
  return (id, error) => {
    if (error !== undefined) {
      if (away.size === 0)
        tell('api-server-away', `${error.message} What was shown last may have changed; still trying.`)
      away.add(id)
    } else if (away.delete(id) && away.size === 0) tell('api-server-back', 'The API server answers again.')
  }
}

export function isPassing(error: unknown): error is KaitoError {
  return hasCode(error, 'UNAVAILABLE', 'THROTTLED')
}

/**
 * The port to one cluster. Nothing outside `kube/` knows @kubernetes/client-node. Methods throw `KaitoError`
 * (UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND CONFLICT INVALID_ARGUMENT THROTTLED UNAVAILABLE UNKNOWN) with the API
 * server's Status object in `raw`.
 */
import type { KaitoError } from '#core/errors.ts'
import type { KindRef } from '#core/objects/kinds.ts'
import type { KubeObject, ObjectRef } from '#core/objects/kube-object.ts'
import type { Right } from '#core/objects/rights.ts'

/** Under this name server-side apply records what we set. */
export const FIELD_MANAGER = 'kaito'

/** What is shown before any change. */
export interface ClusterIdentity {
  context: string
  server: string
  namespace: string
  /** The sandbox, and the kubeconfig that leads kubectl there. */
  simulated?: { kubectlConfig: string }
}

interface ApplyOptions {
  signal: AbortSignal
  /** Server-side dry run: the server answers with what would be stored and stores nothing. */
  dryRun?: boolean
  /** Take fields over from other managers. */
  force?: boolean
}

export interface ListOptions {
  signal: AbortSignal
  labelSelector?: string
  fieldSelector?: string
}

export type WatchEvent =
  | { type: 'added' | 'modified' | 'deleted'; object: KubeObject }
  /** The list part of list+watch is complete. */
  | { type: 'synced' }
  /** It broke off and cannot be opened again, for now; and it is open again. */
  | { type: 'away'; error: KaitoError }
  | { type: 'back' }

/** A kind to list or watch; namespace absent = cluster-scoped. */
export interface Kind extends KindRef {
  namespace?: string
}

/** An HTTP answer from inside the cluster, whatever its status. */
export interface ProxiedAnswer {
  status: number
  body: string
}

export interface ProxiedRequest {
  method: 'GET' | 'POST'
  path: string
  body?: string
  headers?: Readonly<Record<string, string>>
  timeoutMs: number
}

/** An answer whose body comes piece by piece. */
export interface StreamedAnswer {
  status: number
  chunks: AsyncIterable<string>
}

/** Requests to one port of one pod, over a port-forward made in this process. */
export interface PortForward {
  request(request: ProxiedRequest): Promise<ProxiedAnswer>
  stream(request: ProxiedRequest): Promise<StreamedAnswer>
  close(): Promise<void>
}

export interface KubePort {
  identity(): ClusterIdentity
  /** May this identity do that? Undefined: the cluster does not say. */
  can(right: Right, namespace: string, signal: AbortSignal): Promise<boolean | undefined>
  /** 35 of 1.35; undefined: the cluster does not say. */
  minorVersion(signal: AbortSignal): Promise<number | undefined>
  get(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined>
  list(kind: Kind, options: ListOptions): Promise<KubeObject[]>
  /** Server-side apply with field manager `kaito`. CONFLICT names the other manager and the fields. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>
  /** Plain create; CONFLICT when it exists. */
  create(object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** What the server would store, with what it warns of; nothing is stored. */
  tryCreate(object: KubeObject, signal: AbortSignal): Promise<{ object: KubeObject; warnings: string[] }>
  /** Plain update; `metadata.resourceVersion` is the precondition; CONFLICT when it moved. */
  replace(object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** Foreground-less delete (background propagation). False when it was not there. `uid` and `resourceVersion` are preconditions. */
  delete(ref: ObjectRef, options: { signal: AbortSignal; uid?: string; resourceVersion?: string }): Promise<boolean>
  /** By the Eviction API. `held`: a PodDisruptionBudget does not allow it now. `gone`: it was not there. `unheard`: no answer came. */
  evict(pod: ObjectRef, signal: AbortSignal): Promise<'evicted' | 'held' | 'gone' | 'unheard'>
  /** List, then watch, over restarts and 410 Gone, until the signal ends it. One per kind: no polling. */
  watch(kind: Kind, options: ListOptions): AsyncIterable<WatchEvent>
  logs(pod: ObjectRef, options: LogOptions): Promise<string>
  followLogs(pod: ObjectRef, options: LogOptions): AsyncIterable<string>
  portForward(pod: ObjectRef, port: number, signal: AbortSignal): Promise<PortForward>
  /** Listens on a port of this machine; each connection leads to the pod that `pick` names then. */
  listen(
    localPort: number,
    pick: () => PodPort,
    onFailure: (error: unknown) => void,
  ): Promise<{ port: number; close(): void }>
  /** One request through the Service, by the API server's services/proxy. */
  serviceRequest(service: ObjectRef, port: number, request: ProxiedRequest, signal: AbortSignal): Promise<ProxiedAnswer>
  /** Frees sockets so that the process can end. */
  close(): Promise<void>
}

export interface PodPort {
  pod: ObjectRef
  port: number
}

export interface LogOptions {
  signal: AbortSignal
  container?: string
  previous?: boolean
  tailLines?: number
  /** Each line begins with the time at which the node got it. */
  timestamps?: boolean
  /** RFC 3339: only what was written after it. */
  sinceTime?: string
  /** By the node's own clock. */
  sinceSeconds?: number
}

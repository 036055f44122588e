/** Everything that the pipeline may touch, built once in `cli/wiring/ports.ts` and faked by spread in tests. */

import type { CloudPort } from '#clouds/cloud.ts'
import type { KubePort } from '#cluster/cluster.ts'
import type { LeaseRunner } from '#cluster/lock/lease.ts'
import type { Catalog } from '#core/catalog/catalog.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import type { EventBody } from '#core/events.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { EngineRegistry } from '#core/plan/engine.ts'
import type { Workloads } from '#core/workload/workload.ts'
import type { HubPort } from '#hub/hub.ts'

export interface Clock {
  now(): Date
  /** Resolves after `ms`, or rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** How many ms so many of the cluster's life take here: a sandbox lives faster, and never faster than `leastMs`. */
  span(clusterMs: number, leastMs?: number): number
}

/** Who runs this command: for the Lease and for `history`. */
export interface Runner extends LeaseRunner {
  user: string
  version: string
}

export interface Ports {
  clock: Clock
  runner: Runner
  kube: KubePort
  hub: HubPort
  /** Opens the cloud that the cluster lives in; undefined when it is none of ours. */
  openCloud(request: CloudRequest): Promise<CloudPort | undefined>
  catalog: Catalog
  engines: EngineRegistry
  templates: TemplateSet
  workloads: Workloads
  /** A key that nobody can guess. */
  newApiKey(): string
  emit(event: EventBody): void
  signal: AbortSignal
}

/** What is known about where the cluster lives, from its nodes and from flags. */
interface CloudRequest {
  cloud: CloudId
  providerIds: readonly string[]
  /** `--cluster-resource`: the provider's full id of the cluster, when detection is not wanted. */
  clusterResource?: string
}

/** Failures to rehearse: what goes wrong, where it shows, and what kaito ends with. */
import type { ErrorCode } from '#core/errors.ts'
import type { Ending } from './ending.ts'

export interface Drill {
  name: string
  says: string
  /** What a deploy ends with; undefined: with 0, after all. */
  code: ErrorCode | undefined
  /** What a delete of it ends with, while it lasts. */
  atDelete?: ErrorCode
  /** How the cloud ends the creation of the pool, or its deletion. */
  cloud?: 'quota' | 'allocation' | 'never-joins' | 'refuse-delete'
  /** The cluster has no device plugin. */
  noPlugin?: true
  /** The device plugin never reports. */
  noGpus?: true
  /** The registry's answer, or how much longer the pull takes. */
  pull?: 'not-found' | { times: number }
  /** How the engine's start ends, and after which share of it. */
  crash?: Required<Ending>
  /** The kernel kills the container at its memory limit. */
  killed?: true
  /** The API server goes away while the engine starts, and comes back. */
  apiServer?: 'lost'
  /** Another run is at work on the workspace when this one begins. */
  lock?: 'held'
}

/** Sources of words and causes: the tables of core/failures, and the errors of each simulated cloud. */
export const DRILLS: readonly Drill[] = [
  {
    name: 'quota',
    says: 'the subscription has no quota for the machine type',
    code: 'QUOTA_EXCEEDED',
    cloud: 'quota',
  },
  {
    name: 'stock-out',
    says: 'the region has none of these machines free',
    code: 'CAPACITY_UNAVAILABLE',
    cloud: 'allocation',
  },
  {
    name: 'node-never-joins',
    says: 'the pool is ready in the cloud, and its node never shows up in the cluster',
    code: 'NODE_NOT_READY',
    cloud: 'never-joins',
  },
  {
    name: 'no-device-plugin',
    says: 'the cluster is new, and nothing in it would announce the GPUs of a node',
    code: 'NO_DEVICE_PLUGIN',
    noPlugin: true,
  },
  {
    name: 'gpu-not-allocatable',
    says: 'the node is Ready, and the device plugin announces none of its GPUs',
    code: 'GPU_NOT_ALLOCATABLE',
    noGpus: true,
  },
  {
    name: 'image-not-found',
    says: 'the registry does not have the image',
    code: 'IMAGE_NOT_FOUND',
    pull: 'not-found',
  },
  {
    name: 'slow-pull',
    says: 'the image takes four times as long as usual',
    code: undefined,
    pull: { times: 4 },
  },
  {
    name: 'gated-model',
    says: 'the Hub refuses the weights to this token',
    code: 'MODEL_ACCESS_DENIED',
    crash: { by: 'gated', after: 0.15 },
  },
  {
    name: 'gpu-out-of-memory',
    says: 'the weights do not fit the memory of the GPU',
    code: 'GPU_OUT_OF_MEMORY',
    crash: { by: 'oom', after: 0.5 },
  },
  {
    name: 'oom-killed',
    says: 'the container is killed at its memory limit',
    code: 'OUT_OF_MEMORY',
    killed: true,
  },
  {
    name: 'kv-cache-too-small',
    says: 'the context does not fit what the weights leave free',
    code: 'KV_CACHE_TOO_SMALL',
    crash: { by: 'kv-cache', after: 0.8 },
  },
  {
    name: 'crash-loop',
    says: 'the engine ends with an error that nobody has seen before, again and again',
    code: 'CRASH_LOOP',
    crash: { by: 'crash', after: 0.4 },
  },
  {
    name: 'api-server-lost',
    says: 'the API server goes away while the engine starts, and comes back after a minute',
    code: 'UNAVAILABLE',
    apiServer: 'lost',
  },
  {
    name: 'locked',
    says: 'another run works on the workspace, and is done after a minute',
    code: 'LOCKED',
    lock: 'held',
  },
  {
    name: 'pool-stays',
    says: 'all is well until the delete: a lock in the cloud keeps the node pool, which goes on billing',
    code: undefined,
    atDelete: 'LEFTOVERS',
    cloud: 'refuse-delete',
  },
]

export function findDrill(name: string): Drill | undefined {
  return DRILLS.find((drill) => drill.name === name)
}

/** What a cloud lays down for the nodes of its pools. */
import type { Taint } from './node-pool.ts'

/** What keeps other pods off the paid GPUs; the convention on AKS and of upstream. */
export const GPU_TAINT: Taint = { key: 'sku', value: 'gpu', effect: 'NoSchedule' }

/** Labels that the cluster or the cloud sets: a pool cannot. */
export const SYSTEM_LABELS =
  /^([^/]*\.)?(kubernetes\.io|k8s\.io|kubernetes\.azure\.com|eks\.amazonaws\.com|cloud\.google\.com|nvidia\.com)\//

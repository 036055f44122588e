/** What the contract asks of a cloud: pools by names and machines that it has. */
import { expect } from 'vitest'
import type { CloudPort } from '#clouds/cloud.ts'
import type { NodePoolRequest, PoolOwner } from '#core/cloud/node-pool.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import { fingerprintOf } from '#core/placement/pool-request.ts'

/** Failures that each cloud words in its own way and that must come out under one code. */
export const FAILURES = {
  quota: 'QUOTA_EXCEEDED',
  quotaLate: 'QUOTA_EXCEEDED',
  capacity: 'CAPACITY_UNAVAILABLE',
  permission: 'PERMISSION_DENIED',
  login: 'UNAUTHENTICATED',
  throttle: 'THROTTLED',
  outage: 'UNAVAILABLE',
} as const satisfies Record<string, ErrorCode>
export type Failure = keyof typeof FAILURES

export interface CloudNature {
  id: string
  /** As this cloud wants them. */
  poolName: string
  instanceTypes: readonly [string, string]
  /** Another process can follow an operation by its token. */
  hasTokens: boolean
  /** It may refuse a change because it is at something else in the same cluster. */
  isEverBusy: boolean
  /** What its simulated cloud can play; `capacity` at least. */
  failures: readonly Failure[]
}

export const OWNER: PoolOwner = {
  workspace: 'mistral-7b',
  namespace: 'default',
  clusterUid: '3f1c9a52-70f5-4f7e-8a53-0d9d6a1f2b10',
}

export function poolRequest(
  { poolName, instanceTypes }: CloudNature,
  changes: Partial<NodePoolRequest> = {},
): NodePoolRequest {
  return {
    name: poolName,
    owner: OWNER,
    instanceType: instanceTypes[0],
    count: 1,
    diskGiB: 256,
    labels: { 'kaito.sh/workspace': 'mistral-7b' },
    taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
    ...changes,
  }
}

/** As the pipeline asks for it. */
export function ensureChange(request: NodePoolRequest) {
  return { kind: 'ensure', request, fingerprint: fingerprintOf(request) } as const
}

export const soon = (): AbortSignal => AbortSignal.timeout(10_000)

/** Begins a create, as a process that is killed once it has stored the token. */
export async function beginCreate(port: CloudPort, request: NodePoolRequest): Promise<string | undefined> {
  const submitted = await port.submit(ensureChange(request), soon())
  expect(submitted.outcome).toBe('created')
  return submitted.token
}

export async function errorOf(promise: Promise<unknown>): Promise<KaitoError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  if (error instanceof KaitoError) return error
  throw error
}

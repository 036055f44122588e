/** What every call on one AKS cluster needs, and the one place where calls are made and errors mapped. */
import type { ContainerServiceClient } from '@azure/arm-containerservice'
import { advice } from '#core/advice.ts'
import { KaitoError, type Phase } from '#core/errors.ts'
import { type Capture, withCapture } from './capture.ts'
import { mapAzureError } from './errors.ts'
import { WHO } from './hints.ts'

/** The parts of `/subscriptions/S/resourceGroups/R/providers/Microsoft.ContainerService/managedClusters/C`. */
export interface ClusterId {
  subscription: string
  resourceGroup: string
  cluster: string
}

export interface AksContext extends ClusterId {
  client: ContainerServiceClient
  region: string
  pollIntervalMs: number
}

export interface CallSubject {
  phase: Phase
  action: string
  signal: AbortSignal
  pool?: string
  instanceType?: string
}

const CLUSTER_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)\/?$/i

export function parseClusterId(id: string): ClusterId | undefined {
  const [, subscription, resourceGroup, cluster] = id.match(CLUSTER_ID) ?? []
  if (subscription === undefined || resourceGroup === undefined || cluster === undefined) return undefined
  return { subscription, resourceGroup, cluster }
}

/** Runs one call. What it throws is a `KaitoError`, or the reason of whoever aborted the signal. */
export function callAzure<T>(
  subject: CallSubject,
  where: Partial<AksContext>,
  run: (capture: Capture) => Promise<T>,
): Promise<T> {
  return withCapture(async (capture) => {
    try {
      subject.signal.throwIfAborted()
      return await run(capture)
    } catch (error) {
      if (subject.signal.aborted) throw isTimeout(subject.signal.reason) ? noAnswer(subject) : subject.signal.reason
      throw mapAzureError(error, capture, { ...where, ...subject })
    }
  })
}

/** What `AbortSignal.timeout` ends with. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

function noAnswer({ phase, action, signal }: CallSubject): KaitoError {
  return new KaitoError({
    code: 'UNAVAILABLE',
    phase,
    message: `Azure did not answer in time to: ${action}`,
    hint: advice`Try again. If it persists: is there a proxy or a firewall in front of management.azure.com, and does ${WHO} work?`,
    retryable: 'later',
    cause: signal.reason,
  })
}

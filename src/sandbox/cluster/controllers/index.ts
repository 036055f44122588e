/** What plays the kinds of work that are shipped: from the object that is applied to its pods. */
import { reconcileDeployments } from './deployments.ts'
import type { Controller } from './loop.ts'
import { reconcileReplicaSets } from './replica-sets.ts'

export const WORK_CONTROLLERS: readonly Controller[] = [reconcileDeployments, reconcileReplicaSets]

/** What looking at one object came to, and the words for it. */
import type { Advice } from '../advice.ts'
import type { ErrorCode } from '../errors.ts'
import type { EngineLog } from '../failures/engine-log.ts'
import type { Cause, Subject } from '../failures/signature.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { WORKSPACE_LABEL } from '../objects/labels.ts'
import type { Claims } from './claims.ts'

export interface Diagnosis {
  verdict: 'ok' | 'moving' | 'hopeless'
  /** With `hopeless`. */
  code?: ErrorCode
  /** One sentence; empty when there is nothing to say. */
  message: string
  /** The cluster's own words. */
  reason: string
  /** What to do, when the cause is known. */
  next?: Advice
  /** The last lines of its log, when nothing else tells the cause. */
  lines?: readonly string[]
}

/** The end of the log of a container that ended, and how its engine's log is read. */
export interface EndOfLog {
  text: string
  engine: EngineLog
}

/** What is known beside the pod itself. */
export interface Evidence {
  events: readonly KubeObject[]
  /** Of the container that ended last; absent when it was not read. */
  log?: EndOfLog
  /** An autoscaler may still add a node for an unscheduled pod. */
  mayScale?: boolean
  /** The pod's volume claims; absent: not read. */
  claims?: Claims
  /** Events about those claims. */
  claimEvents?: readonly KubeObject[]
  /** The claims had their time to be bound. */
  claimsOverdue?: boolean
  /** A pod of the same workspace that is on its way out and still holds its GPUs. */
  leaving?: string
}

export function subjectOf({ metadata }: KubeObject): Subject {
  const { name, namespace = 'default', labels } = metadata
  return { pod: name, namespace, workspace: labels?.[WORKSPACE_LABEL] ?? name }
}

export function moving(message: string, reason: string): Diagnosis {
  return { verdict: 'moving', message, reason }
}

export function hopeless(code: ErrorCode, message: string, reason: string): Diagnosis {
  return { verdict: 'hopeless', code, message, reason }
}

export function named({ code, message, reason, next }: Cause, where: string): Diagnosis {
  return { verdict: 'hopeless', code, message: `${where}: ${message}`, reason, next }
}

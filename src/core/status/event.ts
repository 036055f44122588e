/** What an Event of the cluster says, and when. */
import type { KubeObject } from '../objects/kube-object.ts'

export interface EventBody {
  reason?: string
  message?: string
  /** How often it was said: by recorders of core/v1, and of events.k8s.io. */
  count?: number
  series?: { count?: number; lastObservedTime?: string }
  lastTimestamp?: string | null
  eventTime?: string | null
  involvedObject?: { uid?: string; kind?: string; name?: string }
}

export function wordsOf(event: KubeObject | undefined): string {
  return String((event as EventBody | undefined)?.message ?? '')
}

export function timesOf(event: KubeObject): number {
  const { count, series } = event as EventBody
  return Math.max(1, count ?? 1, series?.count ?? 1)
}

/** When it was said last, in ms; 0: it bears no time. */
export function lastSaid(event: KubeObject): number {
  const { series, lastTimestamp, eventTime } = event as EventBody
  return Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '') || 0
}

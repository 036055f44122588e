/** Time for those who know no clock: now, later, a pause, and spans as the cluster lives them. */
import type { Ports } from '../ports.ts'

/** @param leastMs however fast a sandbox lives, this process needs a moment to see what it did. */
export function inPace(clusterMs: number, { clock }: Pick<Ports, 'clock'>, leastMs = 0): number {
  return clock.span(clusterMs, leastMs)
}

export function timeOf({ clock }: Pick<Ports, 'clock'>): Date {
  return clock.now()
}

export function later(ms: number, ports: Pick<Ports, 'clock'>): Date {
  return new Date(ports.clock.now().getTime() + ms)
}

/** Rejects when the signal aborts. */
export function pause(ms: number, { clock, signal }: Pick<Ports, 'clock' | 'signal'>): Promise<void> {
  return clock.sleep(ms, signal)
}

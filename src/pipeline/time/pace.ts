/** Time as the cluster lives it: in the sandbox everything that is waited for comes so many times faster. */
import type { Ports } from '../ports.ts'

/** @param leastMs however fast a sandbox lives, this process needs a moment to see what it did. */
export function inPace(ms: number, { pace }: Pick<Ports, 'pace'>, leastMs = 0): number {
  return Math.max(ms / pace, Math.min(ms, leastMs))
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

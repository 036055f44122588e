/** A phase as it is told: its start, a heartbeat so that nobody wonders, and its end. */
import type { Phase } from '#core/errors.ts'
import type { Ports } from '../ports.ts'
import { inPace } from './pace.ts'

const HEARTBEAT_MS = 30_000

export interface OpenPhase {
  finish(): Promise<void>
  /** Without an end: something has failed. */
  leave(): Promise<void>
}

export function openPhase(ports: Ports, phase: Phase, title: string, usualSeconds?: number): OpenPhase {
  const { clock, emit } = ports
  const start = clock.now().getTime()
  const usual = usualSeconds === undefined ? {} : { expectedSeconds: inPace(usualSeconds, ports) }
  emit({ type: 'phase.started', phase, title, ...usual })
  const over = new AbortController()
  const beat = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, over.signal)
      emit({ type: 'heartbeat', phase, waitingFor: title, elapsedMs: clock.now().getTime() - start })
    }
  }
  const beating = beat().catch(() => undefined)
  const leave = async (): Promise<void> => {
    over.abort()
    await beating
  }
  return {
    leave,
    async finish() {
      await leave()
      emit({ type: 'phase.finished', phase, title, elapsedMs: clock.now().getTime() - start })
    },
  }
}

/** The work as a phase. */
export async function inPhase<T>(ports: Ports, phase: Phase, title: string, work: () => Promise<T>): Promise<T> {
  const opened = openPhase(ports, phase, title)
  try {
    const result = await work()
    await opened.finish()
    return result
  } finally {
    await opened.leave()
  }
}

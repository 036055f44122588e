/** Waiting with an end: a budget of its own beside the overall deadline, and a heartbeat so that nobody wonders. */
import type { KaitoError, Phase } from '#core/errors.ts'
import type { Ports } from '../ports.ts'
import { inPace } from './pace.ts'

const HEARTBEAT_MS = 30_000
/** However fast a sandbox lives: a watch that broke off needs a moment to begin again. */
const LEAST_MS = 2_000

/** Runs `work`; when the budget ends first, throws what `onExpiry` makes. The overall signal still wins. */
export async function withBudget<T>(
  ports: Ports,
  budgetMs: number,
  onExpiry: () => KaitoError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const expiry = new AbortController()
  const done = new AbortController()
  const signal = AbortSignal.any([ports.signal, expiry.signal])
  const timer = ports.clock.sleep(inPace(budgetMs, ports, LEAST_MS), done.signal).then(
    () => expiry.abort(onExpiry()),
    () => undefined,
  )
  try {
    const result = await work(signal)
    signal.throwIfAborted()
    return result
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    done.abort()
    await timer
  }
}

/** Says every 30 s what is being waited for. Stops with the work. */
async function withHeartbeat<T>(ports: Ports, phase: Phase, waitingFor: string, work: () => Promise<T>): Promise<T> {
  const done = new AbortController()
  const start = ports.clock.now().getTime()
  const beat = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await ports.clock.sleep(HEARTBEAT_MS, done.signal)
      ports.emit({ type: 'heartbeat', phase, waitingFor, elapsedMs: ports.clock.now().getTime() - start })
    }
  }
  const beating = beat().catch(() => undefined)
  try {
    return await work()
  } finally {
    done.abort()
    await beating
  }
}

/** Emits the start and the end of a phase around the work. */
export async function inPhase<T>(
  ports: Ports,
  phase: Phase,
  title: string,
  work: () => Promise<T>,
  expectedSeconds?: number,
): Promise<T> {
  const start = ports.clock.now().getTime()
  ports.emit(
    expectedSeconds === undefined
      ? { type: 'phase.started', phase, title }
      : { type: 'phase.started', phase, title, expectedSeconds: inPace(expectedSeconds, ports) },
  )
  const result = await withHeartbeat(ports, phase, title, work)
  ports.emit({ type: 'phase.finished', phase, title, elapsedMs: ports.clock.now().getTime() - start })
  return result
}

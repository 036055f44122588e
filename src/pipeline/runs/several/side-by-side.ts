/** Several workspaces in one run: side by side, and all of them are tried. What fails ends no other, unless it is to. */
import { joined } from '#core/advice.ts'
import { type ErrorCode, hasCode, KaitoError } from '#core/errors.ts'
import type { WorkspaceEnd } from '#core/results.ts'
import { errorFrom } from '#core/several-errors.ts'
import type { Ports } from '../../ports.ts'
import { namedError } from './named.ts'

/** Each holds a lock, and asks a cloud that limits how often it is asked. */
const AT_ONCE = 16

export interface Job<T> {
  workspace: string
  namespace: string
  run(ports: Ports): Promise<T>
  /** Its events name it. */
  ports: Ports
}

export interface Several<T> {
  /** Of those that came to their end, also when others have failed. */
  results: T[]
  /** Of each, in order. */
  ends: WorkspaceEnd[]
  failure?: { error: unknown }
}

type Ending<T> = { is: 'done'; result: T } | { is: 'failed'; error: unknown } | { is: 'not begun' }

export async function sideBySide<T>(
  jobs: readonly Job<T>[],
  { failFast }: { failFast: boolean },
  { signal }: Pick<Ports, 'signal'>,
): Promise<Several<T>> {
  const halt = new AbortController()
  const ended = AbortSignal.any([signal, halt.signal])
  const endings: Ending<T>[] = jobs.map(() => ({ is: 'not begun' }))
  const waiting = jobs.entries()
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) {
      if (ended.aborted) return
      const ending = await tryOut(job, ended, jobs.length > 1)
      endings[index] = ending
      if (failFast && ending.is === 'failed') halt.abort(stoppedBy(job))
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, lane))
  return summedUp(jobs, endings, ended)
}

async function tryOut<T>(job: Job<T>, signal: AbortSignal, isOfSeveral: boolean): Promise<Ending<T>> {
  const ports: Ports = { ...job.ports, signal }
  const start = ports.clock.now().getTime()
  const tell = (outcome: 'done' | 'failed', code?: ErrorCode): void => {
    const elapsedMs = ports.clock.now().getTime() - start
    const told = { type: 'workspace.finished', phase: 'watch', outcome, elapsedMs } as const
    if (isOfSeveral) ports.emit(code === undefined ? told : { ...told, code })
  }
  try {
    const result = await job.run(ports)
    tell('done')
    return { is: 'done', result }
  } catch (error) {
    tell('failed', codeOf(error))
    return { is: 'failed', error }
  }
}

function stoppedBy({ workspace }: Job<unknown>): KaitoError {
  return new KaitoError({
    code: 'INTERRUPTED',
    phase: 'watch',
    message: `Stopped, because ${workspace} failed.`,
    hint: 'Run the same command again: it goes on from here.',
    retryable: 'later',
  })
}

function summedUp<T>(jobs: readonly Job<T>[], endings: readonly Ending<T>[], { reason }: AbortSignal): Several<T> {
  const results = endings.flatMap((ending) => (ending.is === 'done' ? [ending.result] : []))
  const ends = jobs.map(({ workspace, namespace }, index) => endOf({ workspace, namespace }, endings[index]))
  const errors = jobs.flatMap(({ workspace }, index) => {
    const ending = endings[index]
    return ending?.is === 'failed' ? [{ workspace, error: ending.error }] : []
  })
  if (errors.length === 0) return { results, ends }
  return { results, ends, failure: { error: errorFrom(toldOnce(errors, jobs, reason)) } }
}

function endOf<T>(where: Pick<WorkspaceEnd, 'workspace' | 'namespace'>, ending: Ending<T> | undefined): WorkspaceEnd {
  if (ending === undefined || ending.is === 'not begun') return { ...where, outcome: 'not begun' }
  if (ending.is === 'done') return { ...where, outcome: 'done' }
  return { ...where, outcome: isCut(ending.error) ? 'stopped' : 'failed', code: codeOf(ending.error) }
}

interface Failed {
  workspace: string
  error: unknown
}

/** What has ended several of them at once is one error. */
function toldOnce(failed: readonly Failed[], jobs: readonly unknown[], reason: unknown): unknown[] {
  const cut = failed.filter(({ error }) => isCut(error))
  const named = ({ error, workspace }: Failed): unknown => namedError(error, workspace, jobs)
  if (cut.length < 2 || !(reason instanceof KaitoError)) return failed.map(named)
  return [...failed.filter((each) => !cut.includes(each)).map(named), cutShort(cut, reason)]
}

function cutShort(cut: readonly Failed[], reason: KaitoError): KaitoError {
  const names = cut.map(({ workspace }) => workspace).join(', ')
  const errors = cut.flatMap(({ error }) => (error instanceof KaitoError ? [error] : []))
  const undo = errors.flatMap((each) => (each.undo === undefined ? [] : [each.undo]))
  return reason.with({
    message: `${reason.message} Not done: ${names}.`,
    details: errors.flatMap(({ details }) => details),
    left: errors.flatMap(({ left }) => left),
    ...(undo.length === 0 ? {} : { undo: joined(undo, ' && ') }),
  })
}

function isCut(error: unknown): error is KaitoError {
  return hasCode(error, 'INTERRUPTED', 'TIMED_OUT')
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof KaitoError ? error.code : 'INTERNAL'
}

/** A terminal has one answer at a time. */
export function oneAtATime<A>(work: (about: A) => Promise<void>): (about: A) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (about) => {
    const next = last.then(() => work(about))
    last = next.catch(() => undefined)
    return next
  }
}

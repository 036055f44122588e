/** The same of several workspaces, side by side: all are tried, and each failure is told with its workspace. */
import { errorFrom } from '#core/several-errors.ts'
import type { Ports } from '../../ports.ts'
import { namedError, namedPorts } from './named.ts'

interface Asked {
  /** Undefined: all that there are. */
  objectName: string | undefined
}

type Work<Of, Done> = (workspace: Of, ports: Ports) => Promise<Done>

/** Those that came to an end, in the order in which they are named. */
export interface Tried<Done> {
  done: Done[]
  failure?: { error: unknown }
}

export async function tryEach<Of extends Asked, Done>(
  workspaces: readonly Of[],
  work: Work<Of, Done>,
  ports: Ports,
): Promise<Tried<Done>> {
  const ends = await Promise.allSettled(workspaces.map((each) => named(each, workspaces, work, ports)))
  const done = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  if (errors.length === 0) return { done }
  // What ends the command ends them all, and is one failure.
  return { done, failure: { error: ports.signal.aborted ? errors[0] : errorFrom(errors) } }
}

/** Of what goes on until somebody ends it: one that fails ends the others. */
export async function goOnWithEach<Of extends Asked>(
  workspaces: readonly Of[],
  work: Work<Of, unknown>,
  ports: Ports,
): Promise<void> {
  const stop = new AbortController()
  const own = { ...ports, signal: AbortSignal.any([ports.signal, stop.signal]) }
  let failure: { error: unknown } | undefined
  const going = workspaces.map((each) =>
    named(each, workspaces, work, own).catch((error: unknown) => {
      failure ??= { error }
      stop.abort(error)
    }),
  )
  await Promise.all(going)
  if (failure !== undefined) throw failure.error
}

async function named<Of extends Asked, Done>(
  workspace: Of,
  all: readonly Of[],
  work: Work<Of, Done>,
  ports: Ports,
): Promise<Done> {
  const { objectName = '' } = workspace
  try {
    return await work(workspace, namedPorts(objectName, all, ports))
  } catch (error) {
    throw namedError(error, objectName, all)
  }
}

/** The same of several workspaces, side by side: one answer of those that have one, and the first failure. */
import { EVERY_NAMESPACE } from '#core/results.ts'
import type { Ports } from '../../ports.ts'
import type { StatusAnswer } from '../status.ts'
import { namedError, namedPorts } from './named.ts'

interface Asked {
  /** Undefined: all that there are. */
  objectName: string | undefined
  namespace: string | undefined
}

export async function askEach<Of extends Asked>(
  workspaces: readonly Of[],
  ask: (workspace: Of, ports: Ports) => Promise<StatusAnswer>,
  ports: Ports,
): Promise<{ answer?: StatusAnswer; failure?: { error: unknown } }> {
  const asked = workspaces.map(async (each) => {
    try {
      return await ask(each, namedPorts(each.objectName ?? '', workspaces, ports))
    } catch (error) {
      throw namedError(error, each.objectName ?? '', workspaces)
    }
  })
  const ends = await Promise.allSettled(asked)
  const answers = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const failed = ends.find((end) => end.status === 'rejected')
  const answer = oneOf(answers)
  return {
    ...(answer === undefined ? {} : { answer }),
    ...(failed === undefined ? {} : { failure: { error: failed.reason } }),
  }
}

function oneOf(answers: readonly StatusAnswer[]): StatusAnswer | undefined {
  const [first] = answers
  if (first === undefined) return undefined
  const isOne = answers.every(({ target }) => target.namespace === first.target.namespace)
  const target = isOne ? first.target : { ...first.target, namespace: EVERY_NAMESPACE }
  return { target, workspaces: answers.flatMap(({ workspaces }) => workspaces) }
}

/** How several workspaces are, as one answer. */
import { EVERY_NAMESPACE } from '#core/results.ts'
import type { Ports } from '../../ports.ts'
import type { StatusAnswer } from '../status.ts'
import { tryEach } from './try-each.ts'

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
  const { done, ...failure } = await tryEach(workspaces, ask, ports)
  const answer = oneOf(done)
  return answer === undefined ? failure : { answer, ...failure }
}

function oneOf(answers: readonly StatusAnswer[]): StatusAnswer | undefined {
  const [first] = answers
  if (first === undefined) return undefined
  const isOne = answers.every(({ target }) => target.namespace === first.target.namespace)
  const target = isOne ? first.target : { ...first.target, namespace: EVERY_NAMESPACE }
  return { target, workspaces: answers.flatMap(({ workspaces }) => workspaces) }
}

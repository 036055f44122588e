/** Ready means it answered. */

import { advice, kaito } from '#core/advice.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { Standing } from '#core/status/standing.ts'
import type { Verification } from '#core/status/workspace-status.ts'
import type { Ports } from '../ports.ts'
import {
  type Answers,
  ASLEEP,
  askOn,
  isAnswered,
  noAnswers,
  type OpenQuestion,
  unanswered,
  type VerifyTarget,
} from './questions.ts'
import type { Place, Seen, Step } from './step.ts'

/** A pod that is Ready and a Service that leads to it answer within seconds, or not at all. */
const NOT_YET_BUDGET_MS = 15_000
/** A wrong answer must come this often in a row before it is believed. */
const WRONG_ANSWERS = 3
const PAUSE_MS = 1_000

/** What is to be asked; undefined: it sleeps, and there is nobody to ask; `none`: it is no work that answers. */
export type TargetOf = (seen: Seen, now: Date) => Promise<VerifyTarget | 'none' | undefined>

export function endpointStep(targetOf: TargetOf, place: Place): Step {
  return {
    ...place,
    name: 'endpoint',
    judge: ({ learned }) => standingOf(learned.answers),
    async act(seen, _, now) {
      const target = await targetOf(seen, now)
      if (target === 'none') return { answers: target }
      return { answers: target === undefined ? 'asleep' : noAnswers(target) }
    },
    async look({ learned: { answers } }, ports, now) {
      if (answers === undefined || typeof answers === 'string') return {}
      const asked = await askOn(answers, now, ports)
      const isOver = asked.open !== undefined && isBelieved(asked.open, now)
      if (!isOver) return { answers: asked }
      return { answers: (await isFenced(asked, ports)) ? fenced(asked) : { ...asked, isOver } }
    },
  }
}

/** Of an endpoint that is through. */
export function verificationsOf({ learned: { answers } }: Seen): Verification[] {
  if (answers === undefined || answers === 'none') return []
  return answers === 'asleep' ? [ASLEEP] : [...answers.given]
}

function standingOf(answers: Answers | 'asleep' | 'none' | undefined): Standing {
  if (answers === undefined) return { is: 'due', because: 'nobody has asked it' }
  if (typeof answers === 'string' || isAnswered(answers)) return { is: 'done' }
  const { open, target, isOver } = answers
  if (open === undefined) return { is: 'moving', says: 'asking', stage: 'ask', ask: { ms: 0 } }
  if (isOver) return { is: 'hopeless', error: notAnswering(open, target) }
  return { is: 'moving', says: open.last.detail, stage: 'ask', ask: { ms: PAUSE_MS } }
}

function isBelieved({ wrong, since }: OpenQuestion, now: Date): boolean {
  return wrong >= WRONG_ANSWERS || now.getTime() - since.getTime() >= NOT_YET_BUDGET_MS
}

/** The API server's own way to the pods begins outside the namespace: a NetworkPolicy may close it and no other. */
async function isFenced({ target, open }: Answers, { kube, signal }: Ports): Promise<boolean> {
  if (open?.check !== 'service' || open.last.outcome !== 'not-yet') return false
  const ref = refTo(KINDS.networkPolicy, target.objectName, target.namespace)
  return (await kube.get(ref, signal).catch(() => undefined)) !== undefined
}

function fenced(answers: Answers): Answers {
  const { objectName } = answers.target
  const detail = `NetworkPolicy/${objectName} admits only pods in the namespace, and the API server is not one`
  return unanswered(answers, 'service', detail)
}

function notAnswering({ check, label, last }: OpenQuestion, { objectName, namespace, servedModelName }: VerifyTarget) {
  const code: ErrorCode = last.outcome === 'wrong' && last.kind === 'model' ? 'WRONG_MODEL' : 'NOT_ANSWERING'
  return new KaitoError({
    code,
    phase: 'verify',
    message:
      code === 'WRONG_MODEL'
        ? `The endpoint does not serve ${servedModelName} (${label}).`
        : `The pods are Ready, but the ${check} check failed (${label}).`,
    reason: last.detail,
    hint: advice`See the engine's logs: ${kaito('logs', { workspace: objectName, namespace })}`,
    resource: { kind: KINDS.service.kind, name: objectName, namespace },
  })
}

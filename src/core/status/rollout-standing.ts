/** How a rollout stands, and what makes it hopeless, with the evidence and a way on. */
import { type Advice, advice, kaito, kubectl } from '../advice.ts'
import { KaitoError } from '../errors.ts'
import { KINDS } from '../objects/kinds.ts'
import type { RolloutVerdict } from './rollout.ts'
import type { Snapshot } from './snapshot.ts'
import type { Standing } from './standing.ts'
import { verdictOf } from './verdict.ts'

/** A hopeless state must hold this long: schedulers and controllers correct themselves within it. */
const CONFIRM_MS = 5_000

/** @param replicas wanted; undefined: as many as the Deployment says. */
export function rolloutStanding(seen: Snapshot, now: Date, replicas?: number): RolloutStanding {
  const verdict = verdictOf(seen, now, replicas)
  if (verdict.verdict === 'ready') return { is: 'done' }
  if (verdict.verdict === 'moving') return { is: 'moving', says: verdict.message, stage: 'start' }
  return { is: 'hopeless', error: failureOf(verdict, seen), sureAfter: { clusterMs: CONFIRM_MS } }
}

type RolloutStanding = Exclude<Standing, { is: 'due' }>
type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

function failureOf(verdict: Hopeless, seen: Snapshot): KaitoError {
  const { code, message, reason, lines = [], kept = [], resource } = verdict
  return new KaitoError({
    code,
    phase: 'watch',
    message,
    reason,
    hint: wayOn(verdict, seen),
    details: [...lines, ...kept.map((pod) => `Pod/${pod.name} of the version before still answers.`)],
    ...(resource === undefined ? {} : { resource }),
  })
}

function wayOn({ code, next, resource }: Hopeless, { name, namespace, work }: Snapshot): Advice | string {
  const where = ['-n', namespace]
  if (next !== undefined) return next
  if (code === 'NO_ENDPOINTS')
    return advice`Compare the selector with the pods' labels: ${kubectl('describe', 'service', name, ...where)}`
  if (resource?.kind !== KINDS.pod.kind)
    return advice`See its events: ${kubectl('describe', work.worker.kind.toLowerCase(), name, ...where)}`
  const logs = kaito('logs', { workspace: name, namespace, settings: { previous: true } })
  return advice`See its events: ${kubectl('describe', 'pod', resource.name, ...where)}; then: ${logs}`
}

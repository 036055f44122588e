/** Watches a rollout until it has arrived or cannot arrive any more. */

import { advice, kaito, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import { verdictOf } from '#core/status/chain.ts'
import type { RolloutVerdict } from '#core/status/rollout.ts'
import { judgedAgainAt, type Snapshot } from '#core/status/snapshot.ts'
import type { Key } from '../observe/memory.ts'
import type { Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { inPace, timeOf } from '../time/pace.ts'
import { untilChange } from '../time/until.ts'

/** A hopeless state must hold this long: schedulers and controllers correct themselves within it. */
const CONFIRM_MS = 5_000
/** However fast a sandbox lives, this process needs a moment to see what it did. */
const LEAST_CONFIRM_MS = 250

export const ROLLOUT_KINDS = ['deployments', 'replicaSets', 'pods', 'slices', 'events'] as const

/** What is looked at, again and again. */
export interface Followed {
  key: Key
  watches: Watches
  look(): Promise<Snapshot>
  /** When to look again though nothing has changed. */
  again?(seen: Snapshot): Date | undefined
}

type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

/**
 * The pods that are Ready behind the Service. Throws what makes the rollout hopeless, with the evidence.
 * @param replicas wanted; undefined: as many as the Deployment says.
 */
export async function followRollout(
  { key, watches, look, again }: Followed,
  replicas: number | undefined,
  ports: Ports,
): Promise<ObjectRef[]> {
  const tell = createTeller(key, ports)
  const doubts = createDoubts(ports)
  for (;;) {
    const change = watches.changed()
    change.catch(() => undefined)
    const seen = await look()
    ports.signal.throwIfAborted()
    const now = timeOf(ports)
    const verdict = verdictOf(seen, now, replicas)
    if (verdict.verdict === 'ready') return verdict.pods
    tell(verdict.message)
    const sureAt = doubts.until(verdict, now)
    if (verdict.verdict === 'hopeless' && sureAt !== undefined && sureAt <= now) throw failureOf(verdict, key)
    await untilChange(change, [sureAt, judgedAgainAt(seen, now), again?.(seen)], ports)
  }
}

function createTeller({ name, namespace }: Key, ports: Ports): (message: string) => void {
  let told = ''
  const object = { kind: KINDS.deployment.kind, name, namespace }
  return (message) => {
    if (message !== told) ports.emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message })
    told = message
  }
}

/** Since when it looks hopeless for this reason: when that has held long enough it is believed. */
function createDoubts(ports: Ports) {
  let doubt: { code: Hopeless['code']; since: number } | undefined
  return {
    until(verdict: RolloutVerdict, now: Date): Date | undefined {
      if (verdict.verdict !== 'hopeless') doubt = undefined
      else if (doubt?.code !== verdict.code) doubt = { code: verdict.code, since: now.getTime() }
      return doubt === undefined ? undefined : new Date(doubt.since + inPace(CONFIRM_MS, ports, LEAST_CONFIRM_MS))
    },
  }
}

function failureOf(verdict: Hopeless, { name, namespace }: Key): KaitoError {
  const { code, message, reason, next, lines = [], kept = [], resource } = verdict
  const where = ['-n', namespace]
  const hint =
    next ??
    (code === 'NO_ENDPOINTS'
      ? advice`Compare the selector with the pods' labels: ${kubectl('describe', 'service', name, ...where)}`
      : resource?.kind === KINDS.pod.kind
        ? advice`See the whole story: ${kubectl('describe', 'pod', resource.name, ...where)}; then: ${kaito('logs', { workspace: name, namespace, settings: { previous: true } })}`
        : advice`See the whole story: ${kubectl('describe', 'deployment', name, ...where)}`)
  return new KaitoError({
    code,
    phase: 'watch',
    message,
    reason,
    hint,
    details: [...lines, ...kept.map((pod) => `Pod/${pod.name} of the version before still answers.`)],
    ...(resource === undefined ? {} : { resource }),
  })
}

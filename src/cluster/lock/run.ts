/** Is a run at work on a workspace, which, and since when? For those who look and take nothing. */

import type { KubeObject } from '#core/objects/kube-object.ts'
import { VERB_ANNOTATION } from '#core/objects/labels.ts'
import { describeHolder, judgeHolder, type LeaseRunner } from './holder.ts'
import type { LeaseObject } from './renewal.ts'

const VERBS = ['deploy', 'delete'] as const
export type Verb = (typeof VERBS)[number]

export interface LeaseRun {
  /** Undefined: of a version that did not say. */
  verb: Verb | undefined
  /** False: it has ended, and was the last. */
  isLive: boolean
  /** For people; empty once it has ended in order. */
  by: string
  since: string | undefined
}

/** Of a holder that nothing here can prove alive or dead: whoever renews within this by two clocks lives. */
const TRUST_MS = 60_000

export function runOf(lease: KubeObject, runner: LeaseRunner, now: Date): LeaseRun {
  const { spec = {}, metadata } = lease as LeaseObject
  const { holderIdentity = '', acquireTime: since, renewTime = '' } = spec
  const named = metadata.annotations?.[VERB_ANNOTATION]
  const verb = VERBS.find((each) => each === named)
  if (holderIdentity === '') return { verb, isLive: false, by: '', since }
  const judged = judgeHolder(holderIdentity, runner)
  const hasRenewed = Math.abs(now.getTime() - Date.parse(renewTime)) <= TRUST_MS
  const isLive = judged === 'alive' || (judged === 'unknown' && hasRenewed)
  return { verb, isLive, by: describeHolder(holderIdentity), since }
}

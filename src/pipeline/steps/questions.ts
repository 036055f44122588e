/** The questions that must be answered before a deploy ends with 0, one after the other, each asked once at a look. */

import { hasCode } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import type { EngineApi } from '#core/plan/engine.ts'
import type { Verification } from '#core/status/workspace-status.ts'
import type { ProbeResult, Route } from '#endpoint/endpoint.ts'
import { probeCompletion, probeHealth, probeModels } from '#endpoint/probe.ts'
import { type Access, headersOf } from '../observe/api-key.ts'
import type { Ports } from '../ports.ts'

/** What is to be asked. */
export interface VerifyTarget {
  objectName: string
  namespace: string
  servedModelName: string
  api: EngineApi
  /** Where the engine listens in the pod. */
  containerPort: number
  servicePort: number
  pods: readonly ObjectRef[]
  /** Whether requests must bring a key. */
  access: Access
}

export type Check = Verification['check']

/** What has been answered so far, in the order of the questions. */
export interface Answers {
  target: VerifyTarget
  /** Of the places that are through: one pod after the other, then the Service. */
  given: readonly Verification[]
  places: number
  /** Of the place that is asked now. */
  here: readonly Verification[]
  /** The least that any of them takes, in tokens. */
  context?: number
  /** The question whose last answer was not the right one. */
  open?: OpenQuestion
  /** That answer is believed. */
  isOver?: true
}

export interface OpenQuestion {
  check: Check
  /** The way on which it was asked. */
  label: string
  /** When it was answered like that for the first time. */
  since: Date
  /** Wrong answers in a row. */
  wrong: number
  last: Exclude<ProbeResult, { outcome: 'ok' }>
}

/** The last pod has been taken away on purpose: there is nobody to ask, and that is not hidden. */
export const ASLEEP: Verification = {
  check: 'replicas',
  outcome: 'not-verified',
  detail: 'scaled to 0, by an autoscaler or by hand',
}

export function noAnswers(target: VerifyTarget): Answers {
  const given: Verification[] = [
    { check: 'replicas', outcome: 'ok', detail: `${target.pods.length} Ready` },
    { check: 'endpoints', outcome: 'ok', detail: `Service/${target.objectName} routes to every replica` },
  ]
  return { target, given, places: 0, here: [] }
}

export function isAnswered({ target, places }: Answers): boolean {
  return places > target.pods.length
}

/** Asks on, until an answer is not the right one. */
export async function askOn(answers: Answers, now: Date, ports: Ports): Promise<Answers> {
  let known = answers
  while (!isAnswered(known)) {
    const pod = known.target.pods[known.places]
    known = pod === undefined ? await askService(known, now, ports) : await askPod(pod, known, now, ports)
    if (known.open !== undefined) return known
    known = { ...known, given: [...known.given, ...known.here], places: known.places + 1, here: [] }
  }
  return known
}

async function askPod(pod: ObjectRef, answers: Answers, now: Date, ports: Ports): Promise<Answers> {
  const { target } = answers
  const where = `Pod/${pod.name}`
  try {
    const forward = await ports.kube.portForward(pod, target.containerPort, ports.signal)
    try {
      const headers = headersOf(target.access)
      const label = `port-forward to ${where}`
      const route: Route = { label, send: (request) => forward.request({ ...request, headers }) }
      const asked = await askEach(questionsFor(target, route), route, answers, now, ports)
      return isKeyHidden(target) && asked.open === undefined ? withHere(asked, withoutKey()) : asked
    } finally {
      await forward.close()
    }
  } catch (error) {
    if (!hasCode(error, 'PERMISSION_DENIED')) throw error
    const detail = `not allowed to port-forward to ${where}: ${error.message}`
    const unverified = (['health', 'models', 'completion'] as const).map((check) => notVerified(check, detail))
    return withHere({ ...answers, here: [] }, unverified)
  }
}

interface Question {
  check: Check
  ask(): Promise<ProbeResult>
}

function questionsFor(target: VerifyTarget, route: Route): Question[] {
  const { api, servedModelName } = target
  const health: Question = { check: 'health', ask: () => probeHealth(route, api.health) }
  if (isKeyHidden(target)) return [health]
  return [
    health,
    { check: 'models', ask: () => probeModels(route, api.models, servedModelName) },
    { check: 'completion', ask: () => probeCompletion(route, servedModelName) },
  ]
}

function isKeyHidden({ access }: VerifyTarget): boolean {
  return access.needsKey && access.key === undefined
}

function withoutKey(): Verification[] {
  const detail = 'the endpoint requires an API key, and this identity may not read its Secret'
  return (['models', 'completion'] as const).map((check) => notVerified(check, detail))
}

async function askService(answers: Answers, now: Date, ports: Ports): Promise<Answers> {
  const { target } = answers
  const { api, servedModelName, access } = target
  const service = refTo(KINDS.service, target.objectName, target.namespace)
  const route: Route = {
    label: `Service/${target.objectName} through the API server`,
    send: (request) => ports.kube.serviceRequest(service, target.servicePort, request, ports.signal),
  }
  // The API server keeps the header for itself, so a key does not reach the engine on this way.
  const ask = (): Promise<ProbeResult> =>
    access.needsKey ? probeHealth(route, api.health) : probeModels(route, api.models, servedModelName)
  try {
    return await askEach([{ check: 'service', ask }], route, answers, now, ports)
  } catch (error) {
    if (!hasCode(error, 'PERMISSION_DENIED')) throw error
    return withHere(answers, [notVerified('service', `not allowed to use services/proxy: ${error.message}`)])
  }
}

/** In their order, from the first that is not answered. */
async function askEach(
  questions: readonly Question[],
  route: Route,
  before: Answers,
  now: Date,
  ports: Ports,
): Promise<Answers> {
  const { label } = route
  const { open, ...rest } = before
  let answers: Answers = rest
  for (const { check, ask } of questions.slice(before.here.length)) {
    const answer = await ask()
    if (answer.outcome !== 'ok')
      return { ...answers, open: stillOpen({ check, label, last: answer, since: now, wrong: 0 }, open) }
    ports.emit({ type: 'step.progress', phase: 'verify', subject: label, state: check, detail: answer.detail })
    answers = withContext(withHere(answers, [{ check, outcome: 'ok', detail: `${answer.detail} (${label})` }]), answer)
  }
  return answers
}

function withContext(answers: Answers, { context }: { context?: number }): Answers {
  return context === undefined ? answers : { ...answers, context: Math.min(context, answers.context ?? context) }
}

function stillOpen(asked: OpenQuestion, before: OpenQuestion | undefined): OpenQuestion {
  const isSame = before?.check === asked.check && before.label === asked.label
  const wrong = asked.last.outcome === 'wrong' ? (isSame ? before.wrong : 0) + 1 : 0
  return { ...asked, wrong, since: isSame ? before.since : asked.since }
}

function withHere({ open: _, ...answers }: Answers, more: readonly Verification[]): Answers {
  return { ...answers, here: [...answers.here, ...more] }
}

/** @param detail why. */
export function unanswered(answers: Answers, check: Check, detail: string): Answers {
  const closed = withHere(answers, [notVerified(check, detail)])
  return { ...closed, given: [...closed.given, ...closed.here], places: closed.places + 1, here: [] }
}

function notVerified(check: Check, detail: string): Verification {
  return { check, outcome: 'not-verified', detail }
}

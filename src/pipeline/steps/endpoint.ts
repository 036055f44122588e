/** Ready means it answered: the questions that must be answered before a deploy ends with 0. */

import { advice, kaito } from '#core/advice.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
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

type Check = Verification['check']

/** A pod that is Ready and a Service that leads to it answer within seconds, or not at all. */
const NOT_YET_BUDGET_MS = 15_000
/** A wrong answer must come this often in a row before it is believed. */
const WRONG_ANSWERS = 3
const PAUSE_MS = 1_000

/** The last pod has been taken away on purpose: there is nobody to ask, and that is not hidden. */
export const ASLEEP: Verification = {
  check: 'replicas',
  outcome: 'not-verified',
  detail: 'it sleeps: an autoscaler, or somebody, has set replicas to 0',
}

/** Asks every pod over a port-forward, then once through the Service. Throws at the first answer that is wrong. */
export async function verifyEndpoint(target: VerifyTarget, ports: Ports): Promise<Verification[]> {
  const found: Verification[] = [
    { check: 'replicas', outcome: 'ok', detail: `${target.pods.length} Ready` },
    { check: 'endpoints', outcome: 'ok', detail: `Service/${target.objectName} leads to every replica` },
  ]
  for (const pod of target.pods) found.push(...(await verifyPod(pod, target, ports)))
  found.push(await verifyService(target, ports))
  return found
}

async function verifyPod(pod: ObjectRef, target: VerifyTarget, ports: Ports): Promise<Verification[]> {
  const where = `Pod/${pod.name}`
  const { api, servedModelName } = target
  try {
    const forward = await ports.kube.portForward(pod, target.containerPort, ports.signal)
    try {
      const headers = headersOf(target.access)
      const route: Route = {
        label: `port-forward to ${where}`,
        send: (request) => forward.request({ ...request, headers }),
      }
      const health = await ask('health', route, () => probeHealth(route, api.health), target, ports)
      if (target.access.needsKey && target.access.key === undefined) return [health, ...withoutKey()]
      return [
        health,
        await ask('models', route, () => probeModels(route, api.models, servedModelName), target, ports),
        await ask('completion', route, () => probeCompletion(route, servedModelName), target, ports),
      ]
    } finally {
      await forward.close()
    }
  } catch (error) {
    if (!isForbidden(error)) throw error
    const detail = `not allowed to port-forward to ${where}: ${error.message}`
    return (['health', 'models', 'completion'] as const).map((check) => ({ check, outcome: 'not-verified', detail }))
  }
}

function withoutKey(): Verification[] {
  const detail = 'the endpoint wants an API key, and this identity may not read its Secret'
  return (['models', 'completion'] as const).map((check) => ({ check, outcome: 'not-verified', detail }))
}

async function verifyService(target: VerifyTarget, ports: Ports): Promise<Verification> {
  const service = refTo(KINDS.service, target.objectName, target.namespace)
  const route: Route = {
    label: `Service/${target.objectName} through the API server`,
    send: (request) => ports.kube.serviceRequest(service, target.servicePort, request, ports.signal),
  }
  try {
    // The API server keeps the header for itself, so a key does not reach the engine on this way.
    const question = () =>
      target.access.needsKey
        ? probeHealth(route, target.api.health)
        : probeModels(route, target.api.models, target.servedModelName)
    const answer = await settle('service', route, question, ports)
    if (answer.outcome === 'not-yet' && (await isFenced(target, ports))) {
      const detail = `NetworkPolicy/${target.objectName} lets pods of the namespace in, and the API server is none`
      return { check: 'service', outcome: 'not-verified', detail }
    }
    return verified('service', route, answer, target)
  } catch (error) {
    if (!isForbidden(error)) throw error
    return { check: 'service', outcome: 'not-verified', detail: `not allowed to use services/proxy: ${error.message}` }
  }
}

/** The API server's own way to the pods begins outside the namespace: a NetworkPolicy may close it and no other. */
async function isFenced({ objectName: name, namespace }: VerifyTarget, { kube, signal }: Ports): Promise<boolean> {
  const ref = refTo(KINDS.networkPolicy, name, namespace)
  return (await kube.get(ref, signal).catch(() => undefined)) !== undefined
}

async function ask(
  check: Check,
  route: Route,
  question: () => Promise<ProbeResult>,
  target: VerifyTarget,
  ports: Ports,
): Promise<Verification> {
  return verified(check, route, await settle(check, route, question, ports), target)
}

/** The first answer that is right, or the one that is believed to be wrong. */
async function settle(
  check: Check,
  route: Route,
  question: () => Promise<ProbeResult>,
  ports: Ports,
): Promise<ProbeResult> {
  const start = ports.clock.now().getTime()
  for (let wrong = 0; ; ) {
    const answer = await question()
    if (answer.outcome === 'ok') {
      ports.emit({ type: 'step.progress', phase: 'verify', subject: route.label, state: check, detail: answer.detail })
      return answer
    }
    wrong = answer.outcome === 'wrong' ? wrong + 1 : 0
    const isOutOfTime = ports.clock.now().getTime() - start >= NOT_YET_BUDGET_MS
    if (wrong >= WRONG_ANSWERS || isOutOfTime) return answer
    await ports.clock.sleep(PAUSE_MS, ports.signal)
  }
}

function verified(check: Check, route: Route, answer: ProbeResult, target: VerifyTarget): Verification {
  if (answer.outcome !== 'ok') throw notAnswering(check, route, answer, target)
  return { check, outcome: 'ok', detail: `${answer.detail} (${route.label})` }
}

function notAnswering(
  check: Check,
  route: Route,
  answer: Exclude<ProbeResult, { outcome: 'ok' }>,
  target: VerifyTarget,
): KaitoError {
  const code: ErrorCode = answer.outcome === 'wrong' && answer.kind === 'model' ? 'WRONG_MODEL' : 'NOT_ANSWERING'
  return new KaitoError({
    code,
    phase: 'verify',
    message:
      code === 'WRONG_MODEL'
        ? `The endpoint does not serve ${target.servedModelName} (${route.label}).`
        : `The pods are Ready, but the ${check} check failed (${route.label}).`,
    reason: answer.detail,
    hint: advice`Look at what the engine says: ${kaito('logs', { workspace: target.objectName, namespace: target.namespace })}`,
    resource: { kind: KINDS.service.kind, name: target.objectName, namespace: target.namespace },
  })
}

function isForbidden(error: unknown): error is KaitoError {
  return error instanceof KaitoError && error.code === 'PERMISSION_DENIED'
}

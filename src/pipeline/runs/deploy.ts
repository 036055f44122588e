/** The walk: spec → plan → node pool → objects → ready → answered. Run again after any interruption, it goes on. */

import { KaitoError } from '#core/errors.ts'
import { memberKinds } from '#core/objects/kinds.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import { rootRef } from '#core/objects/labels.ts'
import { servedNameOf } from '#core/plan/served-name.ts'
import { type DeployResult, isPoolMade, type PlanResult } from '#core/results.ts'
import { intentOf } from '#core/state/root.ts'
import type { Verification } from '#core/status/workspace-status.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { readAccess } from '../observe/api-key.ts'
import { createBeside } from '../observe/beside.ts'
import { announceTarget } from '../observe/target.ts'
import { openWatches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { prepare } from '../prepare/prepare.ts'
import { planResultOf, tellWarnings } from '../prepare/result.ts'
import { checkRights, withAllMissing } from '../prepare/rights.ts'
import type { DeployRequest, Prepared } from '../prepared.ts'
import { ASLEEP, verifyEndpoint } from '../steps/endpoint.ts'
import { ensurePool } from '../steps/node-pool.ts'
import { awaitGpus } from '../steps/nodes.ts'
import { applyChanges } from '../steps/objects.ts'
import { recordRevision } from '../steps/revision.ts'
import { followRollout, ROLLOUT_KINDS } from '../steps/rollout.ts'
import { createRootWriter, type RootWriter } from '../steps/root.ts'
import { inPhase } from '../time/budget.ts'
import { endpointOf, enginePorts } from '../use/address.ts'
import { type Reached, withLeftBehind } from './left-behind.ts'
import { withLock } from './lock.ts'

export interface DeployOptions {
  /** Wait for another run's lock instead of failing. */
  waitLock: boolean
  /** The same run has changed the cluster since the preflight. */
  isOutdated: boolean
  /** Asked when what is there under the lock has made more machines of it; throws CONFIRMATION_REQUIRED or returns. */
  confirm(plan: PlanResult): Promise<void>
}

/** What was found before anything is changed. */
export interface Preflight {
  request: DeployRequest
  first: Prepared
  elapsedMs: number
}

export async function preflight(request: DeployRequest, ports: Ports): Promise<Preflight> {
  const start = ports.clock.now().getTime()
  const first = await inPhase(ports, 'plan', 'plan', () =>
    prepare(request, ports).catch(async (error: unknown) => {
      throw await withAllMissing(error, request, ports)
    }),
  )
  announce(first, ports)
  await checkRights(first, ports)
  return { request, first, elapsedMs: ports.clock.now().getTime() - start }
}

export async function deploy(
  { request, first, elapsedMs }: Preflight,
  options: DeployOptions,
  ports: Ports,
): Promise<DeployResult> {
  const start = ports.clock.now().getTime()
  const { objectName, namespace } = first.plan
  const reached: Reached = { pool: false, objects: false }
  const work = async (locked: Ports): Promise<Finished> =>
    runLocked(await lookAgain(first, request, options, locked), request, reached, locked)
  const finished = await withLock({ objectName, namespace, verb: 'deploy', wait: options.waitLock }, ports, work).catch(
    (error: unknown) => {
      throw withLeftBehind(error, planResultOf(first), reached)
    },
  )
  const { prepared, ...rest } = finished
  return { ...resultOf(prepared, ports), ...rest, elapsedMs: elapsedMs + ports.clock.now().getTime() - start }
}

type Finished = { prepared: Prepared } & Pick<DeployResult, 'verifications' | 'revision'>

/** Another run may have changed the workspace between our look and our lock. */
async function lookAgain(
  first: Prepared,
  request: DeployRequest,
  { confirm, isOutdated }: DeployOptions,
  ports: Ports,
): Promise<Prepared> {
  if (!isOutdated && !(await isStale(first, ports))) return first
  const next = await prepare(request, ports)
  await checkRights(next, ports)
  if (asksMore(next, first)) await confirm(planResultOf(next))
  return next
}

/** More machines than were confirmed, or others; or it takes away what was not named. */
function asksMore(next: Prepared, confirmed: Prepared): boolean {
  const named = new Set(confirmed.losses.map(({ says }) => says))
  if (next.losses.some(({ says }) => !named.has(says))) return true
  const [now, then] = [machinesOf(next), machinesOf(confirmed)]
  return now.count > 0 && (now.count > then.count || now.instanceType !== then.instanceType)
}

function machinesOf({ plan, pool }: Prepared): { count: number; instanceType?: string } {
  if (plan.pool.mode === 'existing' || !isPoolMade(pool)) return { count: 0 }
  const { count, instanceType } = plan.pool.request
  return { count: pool.nodes === undefined ? count : pool.nodes.to - pool.nodes.from, instanceType }
}

async function runLocked(
  prepared: Prepared,
  request: DeployRequest,
  reached: Reached,
  ports: Ports,
): Promise<Finished> {
  const { plan, state } = prepared
  const { objectName, namespace } = plan
  const root = createRootWriter(objectName, namespace, prepared.facts.root?.object, ports)
  reached.pool = true
  let isAccepted = false
  const onAccepted = (): void => {
    isAccepted = true
  }
  await provision(prepared, root, onAccepted, ports).catch((error: unknown) => {
    reached.pool = isAccepted || !isRefusal(error)
    throw error
  })
  reached.objects = true
  const stored = await inPhase(ports, 'apply', 'apply', () =>
    applyChanges(prepared, root, request.forceConflicts, ports),
  )
  const pods = await inPhase(ports, 'watch', 'start', () => follow(prepared, ports), plan.startup.seconds)
  const verifications = await inPhase(ports, 'verify', 'verify', () => verify(prepared, pods, ports))
  const revision = await recordRevision(
    { objectName, namespace, root: stored, state, objects: prepared.members },
    ports,
  )
  return { prepared, verifications, revision }
}

async function follow({ plan, replicas }: Prepared, ports: Ports): Promise<ObjectRef[]> {
  const { objectName, namespace } = plan
  const key = { name: objectName, namespace }
  const watches = openWatches({ objectName, namespace }, ports)
  const beside = createBeside(ports)
  try {
    await watches.open(...ROLLOUT_KINDS)
    return await followRollout({ key, watches, look: () => beside.of(key, watches.memory, []) }, replicas, ports)
  } finally {
    await watches.close()
  }
}

/** The cloud has said no: when it was to the request itself, nothing came of it. */
function isRefusal(error: unknown): boolean {
  const refusals = ['QUOTA_EXCEEDED', 'PERMISSION_DENIED', 'INVALID_ARGUMENT']
  return error instanceof KaitoError && refusals.includes(error.code)
}

async function isStale(prepared: Prepared, ports: Ports): Promise<boolean> {
  const before = prepared.facts.root?.object.metadata.resourceVersion
  const { objectName, namespace } = prepared.plan
  const now = await ports.kube.get(rootRef(objectName, namespace), ports.signal)
  return now?.metadata.resourceVersion !== before
}

/** The pool is written down before it is asked for, and its operation before it is followed: a killed run loses nothing. */
async function provision(prepared: Prepared, root: RootWriter, onAccepted: () => void, ports: Ports): Promise<void> {
  const { plan, facts, state } = prepared
  const decision = plan.pool
  if (decision.mode !== 'create' || facts.cloud === undefined) return
  const cloud = facts.cloud
  const kinds = memberKinds(prepared)
  const before = facts.root?.state
  const intent = intentOf(state, before)
  const work = async (): Promise<void> => {
    // A second kill must find the operation that the first one left.
    const { operation: token } = before ?? {}
    if (prepared.pool.change !== 'unchanged') {
      await root.write(token === undefined ? intent : { ...intent, operation: token }, kinds)
    }
    const remember = async (operation: string | undefined): Promise<void> => {
      onAccepted()
      if (operation !== undefined) await root.write({ ...intent, operation }, kinds)
    }
    const known = { request: decision.request, live: prepared.livePool, token }
    const pool = await ensurePool(known, cloud, remember, ports)
    if (state.pool !== undefined) state.pool.id = pool.id
    await awaitGpus(plan, decision, ports)
  }
  const usual = isPoolMade(prepared.pool) ? decision.usualSeconds.ready + decision.usualSeconds.gpus : undefined
  await inPhase(ports, 'provision', 'node pool', work, usual)
}

async function verify(prepared: Prepared, pods: readonly ObjectRef[], ports: Ports): Promise<Verification[]> {
  const { objectName, namespace } = prepared.plan
  if (prepared.replicas === 0) return [ASLEEP]
  const access = await readAccess(prepared.plan.apiKeySecret, namespace, ports)
  const engine = engineServing(prepared.plan.workspace.annotations, ports.engines)
  const servedModelName = servedNameOf(prepared.plan, engine)
  const where = enginePorts(prepared.members, engine)
  return verifyEndpoint({ objectName, namespace, servedModelName, pods, access, ...where }, ports)
}

function announce(prepared: Prepared, ports: Ports): void {
  announceTarget(prepared.facts.target, ports)
  tellWarnings(prepared.plan, ports)
}

function resultOf(
  prepared: Prepared,
  { engines }: Ports,
): Omit<DeployResult, 'verifications' | 'revision' | 'elapsedMs'> {
  const { target, plan, pool, settings, changes } = planResultOf(prepared)
  return {
    kind: 'Deploy',
    target,
    plan,
    pool,
    settings,
    changes,
    endpoint: endpointOf(plan.objectName, plan.namespace, {
      servedModelName: servedNameOf(plan, engineServing(plan.workspace.annotations, engines)),
      chat: plan.model.chat,
      apiKeySecret: plan.apiKeySecret,
    }),
  }
}

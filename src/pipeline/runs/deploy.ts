/** The walk: spec → plan → node pool → objects → ready → answered. Run again after any interruption, it goes on. */

import { hasCode } from '#core/errors.ts'
import { rootRef } from '#core/objects/labels.ts'
import { servedNameOf } from '#core/plan/served-name.ts'
import { type DeployResult, isPoolMade, leftBy, type PlanResult } from '#core/results.ts'
import { errorFrom } from '#core/several-errors.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { createBeside } from '../observe/beside/beside.ts'
import { announceTarget } from '../observe/target.ts'
import type { Ports } from '../ports.ts'
import { type ClusterCheck, createClusterCheck } from '../prepare/cluster-checks.ts'
import { prepare } from '../prepare/prepare.ts'
import { planResultOf, tellWarnings } from '../prepare/result.ts'
import { checkRights, withAllMissing } from '../prepare/rights.ts'
import type { DeployRequest, Prepared } from '../prepared.ts'
import { verificationsOf } from '../steps/endpoint.ts'
import { createRootWriter } from '../steps/root.ts'
import { inPhase } from '../time/phase.ts'
import { endpointOf } from '../use/address.ts'
import { deploySteps } from './deploy-steps.ts'
import { type Course, drive, newCourse } from './drive.ts'
import { type Reached, withLeftBehind } from './left-behind.ts'
import { withLock } from './lock.ts'
import type { RunWatches } from './run-watches.ts'
import { isPlaced, type Turn } from './several/turns.ts'

export interface DeployOptions {
  /** Wait for another run's lock instead of failing. */
  waitLock: boolean
  /** Of several on nodes that are there. */
  turn?: Turn
  watches: RunWatches
  /** Asked when what is there under the lock has made more machines of it; throws CONFIRMATION_REQUIRED or returns. */
  confirm(plan: PlanResult): Promise<void>
}

/** What was found before anything is changed. */
export interface Preflight {
  request: DeployRequest
  first: Prepared
  elapsedMs: number
}

/** @param check of the cluster, for all workspaces of the run. */
export async function preflight(request: DeployRequest, check: ClusterCheck, ports: Ports): Promise<Preflight> {
  const start = ports.clock.now().getTime()
  const first = await inPhase(ports, 'plan', 'plan', () =>
    prepare(request, ports).catch(async (error: unknown) => {
      throw await withAllMissing(error, request, ports)
    }),
  )
  announce(first, ports)
  await checkRights(first, ports)
  await passing(first, check, ports)
  return { request, first, elapsedMs: ports.clock.now().getTime() - start }
}

async function passing(prepared: Prepared, check: ClusterCheck, ports: Ports): Promise<void> {
  const refused = await check(prepared, ports)
  if (refused.length > 0) throw errorFrom(refused)
}

export async function deploy(found: Preflight, options: DeployOptions, ports: Ports): Promise<DeployResult> {
  const { turn } = options
  await turn?.come(ports.signal)
  return deployNow(found, options, ports).finally(() => turn?.pass())
}

async function deployNow(
  { request, first, elapsedMs }: Preflight,
  options: DeployOptions,
  ports: Ports,
): Promise<DeployResult> {
  const start = ports.clock.now().getTime()
  const { objectName, namespace } = first.plan
  const course = newCourse()
  const work = async (locked: Ports): Promise<Finished> =>
    runLocked(await lookAgain(first, request, options, locked), request, { course, ...options }, locked)
  const finished = await withLock({ objectName, namespace, verb: 'deploy', wait: options.waitLock }, ports, work).catch(
    (error: unknown) => {
      throw withLeftBehind(error, planResultOf(first), reachedBy(course, error))
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
  { confirm, turn }: DeployOptions,
  ports: Ports,
): Promise<Prepared> {
  const isOutdated = turn?.isFirst === false
  if (!isOutdated && !(await isStale(first, ports))) return first
  const next = await prepare(request, ports)
  await checkRights(next, ports)
  await passing(next, createClusterCheck(), ports)
  if (asksMore(next, first)) await confirm(planResultOf(next))
  return next
}

/** More machines than were confirmed, or others; or it takes away what was not named. */
function asksMore(next: Prepared, confirmed: Prepared): boolean {
  const named = new Set(confirmed.losses.map(({ says }) => says))
  if (next.losses.some(({ says }) => !named.has(says))) return true
  const known = new Set(leftBy(confirmed.pool).map(({ name }) => name))
  if (leftBy(next.pool).some(({ name }) => !known.has(name))) return true
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
  { forceConflicts }: DeployRequest,
  { course, watches, turn }: Pick<DeployOptions, 'watches' | 'turn'> & { course: Course },
  ports: Ports,
): Promise<Finished> {
  const { objectName: name, namespace } = prepared.plan
  const key = { name, namespace }
  const own = watches.of(key)
  const beside = createBeside(ports)
  const root = createRootWriter(name, namespace, prepared.facts.seen.root?.object, ports)
  const look = async (): Promise<Snapshot> => {
    const seen = await beside.of(key, own.memory, [])
    if (course.begun.has('objects') && isPlaced(seen, prepared.replicas)) turn?.pass()
    return seen
  }
  const way = { watches: own, course, look }
  const seen = await drive(deploySteps(prepared, root, forceConflicts, ports), way, ports)
  return { prepared, verifications: verificationsOf(seen), revision: seen.learned.revision ?? 0 }
}

/** What the run leaves behind, if it ends here. */
function reachedBy({ begun, learned }: Course, error: unknown): Reached {
  const pools = Object.entries(learned.pools ?? {})
  const outcomes = pools.map(([, { submitted }]) => submitted.outcome)
  const isTaken = outcomes.some((outcome) => outcome !== 'adopted')
  return {
    root: begun.has('root'),
    pool: begun.has('pool') && !outcomes.includes('busy') && (isTaken || !isRefusal(error)),
    objects: begun.has('objects') || begun.has('groundwork'),
    gone: pools.filter(([, { isProved }]) => isProved).map(([name]) => name),
  }
}

/** The cloud has said no: when it was to the request itself, nothing came of it. */
function isRefusal(error: unknown): boolean {
  return hasCode(error, 'QUOTA_EXCEEDED', 'PERMISSION_DENIED', 'INVALID_ARGUMENT')
}

async function isStale(prepared: Prepared, ports: Ports): Promise<boolean> {
  const before = prepared.facts.seen.root?.object.metadata.resourceVersion
  const { objectName, namespace } = prepared.plan
  const now = await ports.kube.get(rootRef(objectName, namespace), ports.signal)
  return now?.metadata.resourceVersion !== before
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

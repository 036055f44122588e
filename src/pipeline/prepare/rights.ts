/** Asked before anything is made: what would be refused later, when a machine is paid for already. */

import { hasCode, KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import {
  CLUSTER_RIGHTS,
  FORWARD_NEEDS_CREATE_SINCE,
  formatRight,
  type Right,
  refusedRight,
  rightsFor,
  VERIFY_RIGHTS,
  type Work,
} from '#core/objects/rights.ts'
import { isPoolMade } from '#core/results.ts'
import { workloadOf } from '#core/workload/workload.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import { KEPT_REVISIONS, listRevisions } from '../observe/revisions.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest, Prepared } from '../prepared.ts'

/** PERMISSION_DENIED with every right that is missing. Asks nothing when there is nothing to do. */
export async function checkRights(prepared: Prepared, ports: Ports): Promise<void> {
  const { plan, pool, changes, prunable, move } = prepared
  const isChange =
    pool.change === 'shrunk' ||
    move.left.length > 0 ||
    isPoolMade(pool) ||
    prunable.length > 0 ||
    changes.some((c) => c.change !== 'unchanged')
  if (!isChange) return
  const { namespace } = plan
  const [needed, wished] = await Promise.all([
    missing(rightsFor(await workOf(prepared, ports)), namespace, ports),
    missing(VERIFY_RIGHTS, namespace, ports),
  ])
  if (needed.length > 0) throw denied(needed, namespace)
  for (const right of await withoutFuture(wished, ports)) {
    const message = `The endpoint cannot be asked on every way: this identity ${formatRight(right, namespace)}.`
    ports.emit({ type: 'warning', phase: 'plan', code: 'not-verifiable', message })
  }
}

/** When planning itself is refused for want of one right, the others that are missing are named with it. */
export async function withAllMissing(error: unknown, request: DeployRequest, ports: Ports): Promise<unknown> {
  if (!hasCode(error, 'PERMISSION_DENIED')) return error
  const refused = refusedRight(error.reason ?? '')
  if (refused === undefined) return error
  const { ownNodes, namespace } = request.placement
  const asked = [...rightsFor(expectedWork(request, ports)), ...(ownNodes ? [] : CLUSTER_RIGHTS)]
  const more = (await missing(asked, namespace, ports)).filter(
    (right) => formatRight(right, namespace) !== formatRight(refused, namespace),
  )
  return more.length === 0 ? error : denied([refused, ...more], namespace)
}

/** What the plan says. Revisions beyond those that are kept go, too. */
async function workOf({ facts, plan, pool, move, changes, prunable }: Prepared, ports: Ports): Promise<Work> {
  const { objectName, namespace } = plan
  const revisions =
    facts.seen.root === undefined ? [] : ((await ifPermitted(listRevisions(objectName, namespace, ports))) ?? [])
  return {
    followed: workloadOf(plan.workspace, ports.workloads).followed,
    applied: changes
      .filter(({ change }) => change !== 'unchanged')
      .map(({ ref, live }) => ({ ...ref, exists: live !== undefined })),
    deleted: [...prunable, ...revisions.slice(0, Math.max(0, revisions.length + 1 - KEPT_REVISIONS))],
    nodesJoin: isPoolMade(pool),
    nodesLeave: pool.change === 'shrunk',
    nodesBarred: move.barred.length > 0,
  }
}

/** What the request alone says. */
function expectedWork({ spec, companions, hubToken, overrides, placement }: DeployRequest, ports: Ports): Work {
  const workload = workloadOf(spec, ports.workloads)
  const hasSecret = hubToken !== undefined || overrides.apiKey === true
  return {
    followed: workload.followed,
    applied: [
      ...companions.map(({ apiVersion, kind }) => ({ apiVersion, kind })),
      ...(hasSecret ? [KINDS.secret] : []),
      ...workload.expected(overrides.replicas ?? 1),
    ],
    deleted: [],
    nodesJoin: !placement.ownNodes,
  }
}

/** Rights that the cluster says we lack. Where it does not say, the request itself will. */
async function missing(rights: readonly Right[], namespace: string, ports: Ports): Promise<Right[]> {
  const answers = await Promise.all(rights.map((right) => ports.kube.can(right, namespace, ports.signal)))
  return rights.filter((_, index) => answers[index] === false)
}

/** Without what only a newer API server asks for. */
async function withoutFuture(rights: readonly Right[], ports: Ports): Promise<readonly Right[]> {
  if (!rights.some(({ verb }) => verb === 'create')) return rights
  const minor = await ports.kube.minorVersion(ports.signal)
  const isOld = minor !== undefined && minor < FORWARD_NEEDS_CREATE_SINCE
  return isOld ? rights.filter(({ verb }) => verb !== 'create') : rights
}

function denied(rights: readonly Right[], namespace: string): KaitoError {
  const [first = '', ...rest] = rights.map((right) => formatRight(right, namespace))
  return new KaitoError({
    code: 'PERMISSION_DENIED',
    phase: 'plan',
    message: `${rights.length} of the rights that this deploy needs ${rights.length === 1 ? 'is' : 'are'} missing; nothing was made.`,
    reason: first,
    details: rest,
    hint: 'Ask for the Roles in docs/rbac (kaito-secrets.yaml where Secrets are concerned), or for these rights alone.',
  })
}

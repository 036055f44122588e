/** Asked before anything is made: what would be refused later, when a machine is paid for already. */

import { KaitoError } from '#core/errors.ts'
import { isPoolMade } from '#core/results.ts'
import { DEPLOY_RIGHTS, formatRight, type Right, VERIFY_RIGHTS } from '#core/rights.ts'
import type { Ports } from './ports.ts'
import type { Prepared } from './prepare.ts'

/** PERMISSION_DENIED with every right that is missing. Asks nothing when there is nothing to do. */
export async function checkRights({ plan, pool, changes, prunable }: Prepared, ports: Ports): Promise<void> {
  const isChange = isPoolMade(pool) || prunable.length > 0 || changes.some((c) => c.change !== 'unchanged')
  if (!isChange) return
  const { namespace } = plan
  const [needed, wished] = await Promise.all([
    missing(DEPLOY_RIGHTS, namespace, ports),
    missing(VERIFY_RIGHTS, namespace, ports),
  ])
  const [first] = needed
  if (first !== undefined) {
    throw new KaitoError({
      code: 'PERMISSION_DENIED',
      phase: 'plan',
      message: `${needed.length} of the rights that a deploy needs are missing; nothing was made.`,
      reason: formatRight(first, namespace),
      details: needed.slice(1).map((right) => formatRight(right, namespace)),
      hint: 'Ask for the Role in docs/rbac/kaito-user.yaml, or for these rights alone.',
    })
  }
  for (const right of wished) {
    const message = `The endpoint cannot be asked on every way: this identity ${formatRight(right, namespace)}.`
    ports.emit({ type: 'warning', phase: 'plan', code: 'not-verifiable', message })
  }
}

/** Rights that the cluster says we lack. Where it does not say, the request itself will. */
async function missing(rights: readonly Right[], namespace: string, ports: Ports): Promise<Right[]> {
  const answers = await Promise.all(rights.map((right) => ports.kube.can(right, namespace, ports.signal)))
  return rights.filter((_, index) => answers[index] === false)
}

/** Tells of each quota what is used of it. */
import { formatQuantity } from '#core/objects/quantity.ts'
import { quotasIn, usedOf } from '../api/quotas.ts'
import type { World } from './loop.ts'

export function reconcileQuotas({ store }: World): undefined {
  for (const quota of quotasIn(store, undefined)) {
    const hard = quota.spec?.hard ?? {}
    const used = Object.entries(usedOf(store, quota)).map(([name, amount]) => [name, formatQuantity(amount)])
    store.put({ ...quota, status: { hard, used: Object.fromEntries(used) } })
  }
}

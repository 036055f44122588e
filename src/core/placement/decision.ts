/** Where a workspace is to run, and how its pods are replaced. */

import type { GpuSku } from '../catalog/schema.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import type { CloudId } from '../cloud/ids.ts'
import type { NodePoolRequest } from '../cloud/node-pool.ts'

export type PoolDecision =
  | {
      mode: 'create'
      cloud: CloudId
      request: NodePoolRequest
      /** Of the pods. */
      nodeSelector: Record<string, string>
      sku: GpuSku
      /** Nodes that the pool comes to: more than are asked for, where there are more. */
      nodes: number
      /** Of all of them. */
      usdPerHour: number | undefined
      usualSeconds: CloudTraits['usualSeconds']
    }
  | { mode: 'existing'; nodeSelector: Record<string, string>; nodes: string[] }

/** How a change of the pods is rolled out. */
export interface UpdateStrategy {
  /**
   * `surge`: new before old. `in-turn`: one after another, the others serve. `recreate`: old before new, nobody serves. `move`: all
   * new ones at once, on machines of their own, before the old ones end.
   */
  kind: 'surge' | 'in-turn' | 'recreate' | 'move'
  /** Why not better: shown in the plan. */
  because: string
}

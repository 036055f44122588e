/** Plan → a node pool whose GPUs can be allocated. */
import type { CloudPort, PoolProgress } from '#clouds/cloud.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import type { Ports } from '../ports.ts'

export type CreateDecision = Extract<PoolDecision, { mode: 'create' }>

/** Creates, adopts or resumes the pool. `remember` stores the operation token before polling goes on. */
export async function ensurePool(
  decision: CreateDecision,
  cloud: CloudPort,
  resumeToken: string | undefined,
  remember: (token: string) => Promise<void>,
  ports: Ports,
): Promise<NodePool> {
  const onProgress = async (progress: PoolProgress): Promise<void> => {
    ports.emit({
      type: 'step.progress',
      phase: 'provision',
      subject: `node pool ${decision.request.name}`,
      state: progress.rawState,
    })
    if (progress.state === 'submitted' && progress.token !== undefined) await remember(progress.token)
  }
  const options = { signal: ports.signal, onProgress }
  return cloud.ensureNodePool(decision.request, resumeToken === undefined ? options : { ...options, resumeToken })
}

/** The same model, served in the namespace under another name: told before machines are paid for a second time. */
import { advice, kaito, setting } from '#core/advice.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { componentSelector, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { readRoot } from '#core/state/root.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import type { Ports } from '../ports.ts'

/** Of a workspace that is new, and gets a node pool of its own. */
export async function servedAlready(plan: Plan, isNew: boolean, { kube, signal }: Ports): Promise<PlanWarning[]> {
  const { pool, namespace, model, objectName } = plan
  if (!isNew || pool.mode !== 'create') return []
  const labelSelector = componentSelector('root', undefined)
  const roots = await ifPermitted(kube.list(kindIn(KINDS.configMap, namespace), { signal, labelSelector }))
  const serving = (roots ?? []).filter((root) => readRoot(root)?.lock.modelId === model.modelId)
  const names = serving.flatMap(({ metadata }) => metadata.labels?.[WORKSPACE_LABEL] ?? [])
  const [workspace] = names
  if (workspace === undefined) return []
  const message = advice`${model.name} is served in namespace ${namespace} already, by ${names.join(', ')}; ${objectName} gets a node pool of its own beside it. To use what is there: ${kaito('endpoint', { workspace, namespace })}; to change it, deploy with ${setting('name', workspace)}.`
  return [{ code: 'model-served-already', message }]
}

/** Plan + templates → Kubernetes objects. Values go into the nodes of parsed YAML, never into text. */

import { createHash } from 'node:crypto'
import { advice, setting } from '#core/advice.ts'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { isMap, type KubeObject } from '#core/objects/kube-object.ts'
import { nodeLabels, podLabels, workspaceLabels } from '#core/objects/labels.ts'
import type { Patch } from '#core/objects/patches.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { Toleration } from '#core/placement/tolerations.ts'
import type { ContainerPlan, EngineApi, Supply } from '#core/plan/engine.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { fillIn } from './fill-in.ts'
import { applyPatches } from './patch.ts'
import type { TemplateValues } from './template-values.ts'

/** Removal of the pod's endpoint takes a few seconds everywhere; requests arrive until then. */
const PRE_STOP_SECONDS = 10
const PROBE_PERIOD_SECONDS = 5

export type RenderSupply = Supply & { templates: TemplateSet }

/** In the order in which they are applied. The same plan gives the same bytes. */
export function renderObjects(plan: Plan, supply: RenderSupply, patches: readonly Patch[] = []): KubeObject[] {
  const context = contextOf(plan, supply)
  const names = [
    'serviceaccount',
    'service',
    ...(plan.networkPolicy ? ['networkpolicy'] : []),
    ...(plan.replicas > 1 ? ['poddisruptionbudget'] : []),
    'deployment',
  ]
  const objects = names.map((name) =>
    withoutEmpty(fillIn(supply.templates.read(`${plan.image.engine}/${name}.yaml`), context) as KubeObject),
  )
  const patched = applyPatches(objects, patches)
  return patches.some(setsStrategy) ? patched : patched.map((object) => withoutSharedVolume(object, plan.replicas))
}

/** As Kubernetes spells them. */
const STRATEGIES = {
  surge: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  'in-turn': { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  recreate: { type: 'Recreate' },
} as const

interface DeploymentBody {
  spec: {
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: unknown } }
    template: { spec: { volumes?: object[]; tolerations?: Toleration[] } }
  }
}

/** The user's own strategy is taken as it is. */
function setsStrategy({ kind, change }: Patch): boolean {
  if (kind !== KINDS.deployment.kind) return false
  if ('merge' in change) return isMap(change.merge['spec']) && 'strategy' in change.merge['spec']
  return change.operations.some(({ path }) => /^\/spec\/strategy(\/|$)/.test(path))
}

/** Most claims can be mounted on one node alone: a new pod would wait for the old one, which waits for the new one. */
function withoutSharedVolume(object: KubeObject, replicas: number): KubeObject {
  if (!sharesVolume(object)) return object
  const { spec } = object as unknown as DeploymentBody
  return {
    ...object,
    spec: { ...spec, strategy: STRATEGIES[replicas > 1 ? 'in-turn' : 'recreate'] },
  } as unknown as KubeObject
}

/** New pods start while old ones hold the claim. */
function sharesVolume(object: KubeObject): boolean {
  if (object.kind !== KINDS.deployment.kind) return false
  const { strategy, template } = (object as unknown as DeploymentBody).spec
  const hasClaim = template.spec.volumes?.some((volume) => 'persistentVolumeClaim' in volume) ?? false
  // What is left out is a quarter, rounded up.
  const surge = strategy?.rollingUpdate?.maxSurge ?? 1
  return hasClaim && strategy?.type !== 'Recreate' && surge !== 0 && surge !== '0%'
}

/** What the user's own strategy may come to. */
export function strategyWarnings(objects: readonly KubeObject[]): PlanWarning[] {
  if (!objects.some(sharesVolume)) return []
  const message = advice`The strategy of ${setting('patch')} starts new pods beside the old ones, and they mount the same volume claim: unless it can be mounted on several nodes, an update waits for ever. maxSurge: 0, or type: Recreate, ends the old pod first.`
  return [{ code: 'surge-with-volume', message }]
}

/** Of the rendered pods. */
export function tolerationsOf(objects: readonly KubeObject[]): readonly Toleration[] {
  const deployment = objects.find(({ kind }) => kind === KINDS.deployment.kind) as unknown as DeploymentBody | undefined
  return deployment?.spec.template.spec.tolerations ?? []
}

/** Names a rendered set by its content. */
export function hashObjects(objects: readonly KubeObject[]): string {
  return createHash('sha256').update(canonicalJson(objects)).digest('hex')
}

function contextOf(plan: Plan, supply: Supply): TemplateValues {
  const { objectName, namespace, image, sizing, startup, model } = plan
  const { health, ...engine } = containerOf(plan, supply)
  const gpus = sizing.tensorParallelSize
  return {
    name: objectName,
    namespace,
    labels: workspaceLabels(objectName, 'inference'),
    selector: podLabels(objectName),
    replicas: plan.replicas,
    strategy: STRATEGIES[plan.update.kind],
    image: image.reference,
    command: engine.command ?? [],
    args: engine.args,
    env: engine.env,
    port: engine.port,
    health,
    home: image.home,
    runAsUser: image.runAsUser,
    runAsGroup: image.runAsGroup,
    imagePullSecrets: plan.imagePullSecrets.map((name) => ({ name })),
    nodeSelector: nodeSelectorOf(plan),
    tolerations: plan.tolerations,
    preStopSeconds: PRE_STOP_SECONDS,
    terminationGracePeriodSeconds: PRE_STOP_SECONDS + engine.drainSeconds + 15,
    startupFailureThreshold: Math.ceil(startup.budgetSeconds / PROBE_PERIOD_SECONDS),
    progressDeadlineSeconds: startup.budgetSeconds + 600,
    gpus: String(gpus),
    cpuRequest: String(2 * gpus),
    memoryRequest: `${hostMemoryGiB(model.weightsGiB, gpus) + engine.shmGiB}Gi`,
    storageRequest: `${Math.ceil(model.weightsGiB * 1.05) + 10}Gi`,
    shmSize: `${engine.shmGiB}Gi`,
  }
}

/** What only the engine knows of its container. */
function containerOf(plan: Plan, { catalog, engines }: Supply): ContainerPlan & Pick<EngineApi, 'health'> {
  const engine = engineServing(plan.workspace.annotations, engines)
  const { health } = engine.api
  return { ...engine.container(plan, catalog.flagsOf(engine.id, plan.image.version)), health }
}

/** Every rank holds its largest shard (5 GB in most repositories) for a moment, beside the process itself. */
function hostMemoryGiB(weightsGiB: number, gpus: number): number {
  return Math.ceil(Math.min(weightsGiB, 5) * gpus + 6)
}

function nodeSelectorOf({ pool, objectName, namespace }: Plan): Record<string, string> {
  if (pool.mode === 'existing') return pool.nodeSelector
  return nodeLabels(objectName, namespace)
}

/** The API server drops empty lists and maps of optional fields: leaving them out keeps what is written what is stored. */
function withoutEmpty(object: KubeObject): KubeObject {
  return JSON.parse(
    JSON.stringify(object, (key, value: unknown) => {
      const isOptional = key === 'imagePullSecrets' || key === 'nodeSelector' || key === 'command'
      const isEmpty = value !== null && typeof value === 'object' && Object.keys(value).length === 0
      return isOptional && isEmpty ? undefined : value
    }),
  ) as KubeObject
}

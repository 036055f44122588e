/** Plan + templates → Kubernetes objects. Values go into the nodes of parsed YAML, never into text. */

import { createHash } from 'node:crypto'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { podLabels, workspaceLabels } from '#core/objects/labels.ts'
import type { Patch } from '#core/objects/patches.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { Toleration } from '#core/placement/tolerations.ts'
import type { ContainerPlan, EngineApi, Supply } from '#core/plan/engine.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { type Workloads, workloadOf } from '#core/workload/workload.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { fillIn } from './fill-in.ts'
import { applyPatches } from './patch.ts'
import type { PlanValues } from './template-values.ts'

/** Removal of the pod's endpoint takes a few seconds everywhere; requests arrive until then. */
const PRE_STOP_SECONDS = 10
const PROBE_PERIOD_SECONDS = 5

/** What an engine runs in, whatever the kind of work. */
const ENGINE = 'engine/pod.yaml'

export type RenderSupply = Supply & { templates: TemplateSet; workloads: Workloads }

/** In the order in which they are applied. The same plan gives the same bytes. */
export function renderObjects(plan: Plan, supply: RenderSupply, patches: readonly Patch[] = []): KubeObject[] {
  const workload = workloadOf(plan.workspace, supply.workloads)
  const around = { ...valuesOf(plan, supply), ...workload.values(plan) }
  const values = { ...around, ...(fillIn(supply.templates.read(ENGINE), around) as object) }
  const objects = workload
    .templates(plan)
    .map((name) => withoutEmpty(fillIn(supply.templates.read(name), values) as KubeObject))
  return workload.settle(applyPatches(objects, patches), plan, patches)
}

/** What the user's own changes may come to. */
export function patchWarnings(plan: Plan, objects: readonly KubeObject[], { workloads }: RenderSupply): PlanWarning[] {
  return workloadOf(plan.workspace, workloads).warnings(objects, plan)
}

/** Of the rendered pods. */
export function tolerationsOf(objects: readonly KubeObject[]): readonly Toleration[] {
  return objects.flatMap((object) => (podTemplateOf(object)?.spec?.tolerations ?? []) as Toleration[])
}

/** Names a rendered set by its content. */
export function hashObjects(objects: readonly KubeObject[]): string {
  return createHash('sha256').update(canonicalJson(objects)).digest('hex')
}

function valuesOf(plan: Plan, supply: Supply): PlanValues {
  const { objectName, namespace, image, sizing, startup, model } = plan
  const { health, ...engine } = containerOf(plan, supply)
  const gpus = sizing.tensorParallelSize
  return {
    name: objectName,
    namespace,
    labels: workspaceLabels(objectName, 'inference'),
    selector: podLabels(objectName),
    replicas: plan.replicas,
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
    nodeSelector: plan.pool.nodeSelector,
    tolerations: plan.tolerations,
    preStopSeconds: PRE_STOP_SECONDS,
    terminationGracePeriodSeconds: PRE_STOP_SECONDS + engine.drainSeconds + 15,
    startupFailureThreshold: Math.ceil(startup.budgetSeconds / PROBE_PERIOD_SECONDS),
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

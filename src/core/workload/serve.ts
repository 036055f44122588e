/** A model that is served: replicas of an engine behind a Service, for as long as nobody ends them. */
import { advice, setting } from '../advice.ts'
import { KINDS } from '../objects/kinds.ts'
import { isMap, type KubeObject } from '../objects/kube-object.ts'
import type { Patch } from '../objects/patches.ts'
import type { Plan } from '../plan/types.ts'
import type { PlanWarning } from '../problem.ts'
import { judgeRollout } from '../status/rollout.ts'
import type { Workload } from './workload.ts'

const { serviceAccount, service, networkPolicy, podDisruptionBudget, deployment } = KINDS

export const serve: Workload = {
  kind: 'serve',
  worker: deployment,
  answers: true,
  readySays: 'every replica is Ready behind the Service',
  judge: judgeRollout,
  wants: ({ inference }) => inference !== undefined,
  applied: [service, serviceAccount, deployment, networkPolicy, podDisruptionBudget],
  followed: [KINDS.pod, KINDS.event, deployment, KINDS.replicaSet, KINDS.endpointSlice],
  expected: (replicas) => [serviceAccount, service, deployment, ...(replicas > 1 ? [podDisruptionBudget] : [])],
  templates: (plan) =>
    [
      'serviceaccount',
      'service',
      ...(plan.networkPolicy ? ['networkpolicy'] : []),
      ...(plan.replicas > 1 ? ['poddisruptionbudget'] : []),
      'deployment',
    ].map((name) => `serve/${name}.yaml`),
  values: ({ update, startup }) => ({
    strategy: STRATEGIES[update.kind],
    progressDeadlineSeconds: startup.budgetSeconds + 600,
  }),
  settle: (objects, { replicas }, patches) =>
    patches.some(setsStrategy) ? [...objects] : objects.map((object) => withoutSharedVolume(object, replicas)),
  warnings: (objects, plan) => [...strategyWarnings(objects), ...openWarnings(objects, plan)],
}

/** As Kubernetes spells them. */
const STRATEGIES = {
  surge: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  'in-turn': { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  recreate: { type: 'Recreate' },
  move: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
} as const

interface Deployment extends KubeObject {
  spec: {
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: unknown } }
    template: { spec: { volumes?: object[] } }
  }
}

function isDeployment(object: KubeObject): object is Deployment {
  return object.kind === deployment.kind
}

/** The user's own strategy is taken as it is. */
function setsStrategy({ kind, change }: Patch): boolean {
  if (kind !== deployment.kind) return false
  if ('merge' in change) return isMap(change.merge['spec']) && 'strategy' in change.merge['spec']
  return change.operations.some(({ path }) => /^\/spec\/strategy(\/|$)/.test(path))
}

/** Most claims can be mounted on one node alone: a new pod would wait for the old one, which waits for the new one. */
function withoutSharedVolume(object: KubeObject, replicas: number): KubeObject {
  if (!isDeployment(object) || !sharesVolume(object)) return object
  const strategy = STRATEGIES[replicas > 1 ? 'in-turn' : 'recreate']
  return { ...object, spec: { ...object.spec, strategy } } as KubeObject
}

/** New pods start while old ones hold the claim. */
function sharesVolume({ spec: { strategy, template } }: Deployment): boolean {
  const hasClaim = template.spec.volumes?.some((volume) => 'persistentVolumeClaim' in volume) ?? false
  // What is left out is a quarter, rounded up.
  const surge = strategy?.rollingUpdate?.maxSurge ?? 1
  return hasClaim && strategy?.type !== 'Recreate' && surge !== 0 && surge !== '0%'
}

/** What the user's own strategy may come to. */
function strategyWarnings(objects: readonly KubeObject[]): PlanWarning[] {
  if (!objects.filter(isDeployment).some(sharesVolume)) return []
  const message = advice`The strategy of ${setting('patch')} starts new pods beside the old ones, and they mount the same volume claim: unless it can be mounted on several nodes, an update waits for ever. maxSurge: 0, or type: Recreate, ends the old pod first.`
  return [{ code: 'surge-with-volume', message }]
}

interface Service extends KubeObject {
  spec: { type?: string; loadBalancerSourceRanges?: unknown[] }
}

/** An address outside the cluster, and nothing that keeps anybody from using the GPUs behind it. */
function openWarnings(objects: readonly KubeObject[], { apiKeySecret }: Plan): PlanWarning[] {
  const open = objects.filter((object): object is Service => object.kind === service.kind).filter(isPublic)
  if (apiKeySecret !== undefined) return []
  return open.map(({ metadata }) => ({
    code: 'open-to-all',
    message: advice`Service ${metadata.name} is a LoadBalancer: whoever reaches its address can use the model. Make requests bring a key, ${setting('apiKey')}, or limit it by loadBalancerSourceRanges or the cloud's annotation for an internal address.`,
  }))
}

function isPublic({ metadata, spec }: Service): boolean {
  const isInternal = Object.entries(metadata.annotations ?? {}).some(
    ([key, value]) => /load-balancer/.test(key) && /^(true|internal)$/i.test(value),
  )
  return spec.type === 'LoadBalancer' && !isInternal && (spec.loadBalancerSourceRanges ?? []).length === 0
}

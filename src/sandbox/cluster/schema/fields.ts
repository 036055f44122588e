/**
 * What an API server holds an object to: the shape of its kind, which is generated, and what validation wants beside it.
 * Source of the latter: pkg/apis/{core,apps,networking,policy}/validation of Kubernetes 1.36.
 */
import { MODELS } from './models.ts'

/** `*` stands for any name, `name!` is required; values that are separated by `|` are all there are; `any` is not looked into. */
export type Field = string | readonly [Field] | Fields
export interface Fields {
  readonly [name: string]: Field
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  V1Container: ['name', 'image'],
  V1ContainerPort: ['containerPort'],
  V1Deployment: ['spec'],
  V1DeploymentSpec: ['selector', 'template'],
  V1EnvVar: ['name'],
  V1Job: ['spec'],
  V1JobSpec: ['template'],
  V1Pod: ['spec'],
  V1PodSpec: ['containers'],
  V1PodTemplateSpec: ['spec'],
  V1Service: ['spec'],
  V1ServiceSpec: ['ports'],
  V1StatefulSet: ['spec'],
  V1StatefulSetSpec: ['selector', 'template'],
  V1Volume: ['name'],
  V1VolumeMount: ['name', 'mountPath'],
}

const PROTOCOLS = 'SCTP|TCP|UDP'
const POLICIES = 'Cluster|Local'

/** Where a text is one of a few, or a quantity. */
const TEXTS: Readonly<Record<string, string>> = {
  'V1Container.imagePullPolicy': 'Always|IfNotPresent|Never',
  'V1Container.terminationMessagePolicy': 'FallbackToLogsOnError|File',
  'V1ContainerPort.protocol': PROTOCOLS,
  'V1DeploymentStrategy.type': 'Recreate|RollingUpdate',
  'V1EmptyDirVolumeSource.sizeLimit': 'quantity',
  'V1HTTPGetAction.scheme': 'HTTP|HTTPS',
  'V1NetworkPolicyPort.protocol': PROTOCOLS,
  'V1NetworkPolicySpec.policyTypes': 'Egress|Ingress',
  'V1PersistentVolumeClaimSpec.accessModes': 'ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod',
  'V1PersistentVolumeClaimSpec.volumeMode': 'Block|Filesystem',
  'V1PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy': 'AlwaysAllow|IfHealthyBudget',
  'V1PodSpec.dnsPolicy': 'ClusterFirst|ClusterFirstWithHostNet|Default|None',
  'V1PodSpec.overhead': 'quantity',
  'V1PodSpec.restartPolicy': 'Always|Never|OnFailure',
  'V1ResourceFieldSelector.divisor': 'quantity',
  'V1ResourceRequirements.limits': 'quantity',
  'V1ResourceRequirements.requests': 'quantity',
  'V1SeccompProfile.type': 'Localhost|RuntimeDefault|Unconfined',
  'V1ServicePort.protocol': PROTOCOLS,
  'V1ServiceSpec.externalTrafficPolicy': POLICIES,
  'V1ServiceSpec.internalTrafficPolicy': POLICIES,
  'V1ServiceSpec.sessionAffinity': 'ClientIP|None',
  'V1ServiceSpec.type': 'ClusterIP|ExternalName|LoadBalancer|NodePort',
  'V1Toleration.effect': 'NoExecute|NoSchedule|PreferNoSchedule',
  'V1TopologySpreadConstraint.whenUnsatisfiable': 'DoNotSchedule|ScheduleAnyway',
  'V1VolumeResourceRequirements.limits': 'quantity',
  'V1VolumeResourceRequirements.requests': 'quantity',
}

/** Name → its fields, as they are written there. */
const models = new Map(
  MODELS.trim()
    .split('\n')
    .map((line) => [line.split(' ', 1)[0] ?? '', line.split(' ').slice(1)]),
)
const made = new Map<string, Fields>()

/** Undefined: objects of the kind are taken as they come. */
export function fieldsOf(kind: string): Fields | undefined {
  const model = `V1${kind}`
  return models.has(model) ? fieldsOfModel(model) : undefined
}

function fieldsOfModel(model: string): Fields {
  const fields = made.get(model) ?? Object.fromEntries((models.get(model) ?? []).map((row) => entryOf(model, row)))
  made.set(model, fields)
  return fields
}

function entryOf(model: string, row: string): [string, Field] {
  const [name = '', type = ''] = row.split(/:(.*)/)
  return [REQUIRED[model]?.includes(name) ? `${name}!` : name, fieldOf(type, TEXTS[`${model}.${name}`] ?? 'string')]
}

function fieldOf(type: string, text: string): Field {
  if (type === 'string') return text
  if (models.has(type)) return fieldsOfModel(type)
  const inner = type.slice(1, -1)
  if (type.startsWith('[')) return [fieldOf(inner, text)]
  return type.startsWith('{') ? { '*': fieldOf(inner, text) } : type
}

/** Who would announce the GPUs of new nodes: a DaemonSet of the cluster's own, if it comes to them. */
import { type Advice, advice, type Command, kubectl, other } from '../advice.ts'
import { formatTaint } from '../cloud/cloud-traits.ts'
import type { Taint } from '../cloud/node-pool.ts'
import { KaitoError } from '../errors.ts'
import { KINDS } from '../objects/kinds.ts'
import { formatRef, type KubeObject, refOf } from '../objects/kube-object.ts'
import { barringTaints, OF_GPUS, type Toleration, tolerationOf } from './tolerations.ts'

interface DaemonSet extends KubeObject {
  spec?: { template?: { spec?: PluginSpec } }
}

interface Policy extends KubeObject {
  spec?: { daemonsets?: { tolerations?: Toleration[] } }
}

interface PluginSpec {
  containers?: { image?: string }[]
  tolerations?: Toleration[]
  nodeSelector?: Record<string, string>
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms?: { matchExpressions?: { key: string; operator: string }[] }[]
      }
    }
  }
}

/** NVIDIA's own under any name, its driver for dynamic resource allocation, and HAMi, which announces the same resource. */
const PLUGINS = /device-plugin|dra-driver|\bhami\b/
const OF_OTHER_HARDWARE =
  /\b(amd|amdgpu|rocm|intel|habana|gaudi|neuron|sriov|rdma|smarter|qat|fpga|efa|ascend|kvm|fuse)\b/
/** Labels of these domains tell what hardware a node has; nobody else sets them. */
const DISCOVERED = /^(feature\.node\.kubernetes\.io|nvidia\.com)\//
const DISCOVERY = /node-feature-discovery|gpu-feature-discovery|\bnfd\b/
const OPERATOR = /\bgpu-operator\b/

/** What of the cluster may announce GPUs. */
export interface Announcers {
  daemonSets: readonly KubeObject[]
  /** Of NVIDIA's GPU operator, which makes its DaemonSets when the first GPU node comes. */
  policies: readonly KubeObject[]
  /** Nodes have GPUs that can be allocated, whoever announces them. */
  hasGpus: boolean
}

/** Undefined: somebody would announce the GPUs of new nodes with these taints, as far as can be seen. */
export function pluginRefusal(
  { daemonSets, policies, hasGpus }: Announcers,
  taints: readonly Taint[],
  service: string,
): KaitoError | undefined {
  const plugins = daemonSets.filter(isPlugin)
  const isDiscovered = daemonSets.some((set) => DISCOVERY.test(wordsOf(set)))
  const refusals = [
    ...plugins.map((set) => keptOff(set, taints, isDiscovered)),
    ...(plugins.length > 0 ? [] : policies.map((policy) => keptOffByPolicy(policy, taints))),
  ]
  if (refusals.includes(undefined)) return undefined
  if (refusals.length > 0) return refusals[0]
  return hasGpus || daemonSets.some(isOfOperator) ? undefined : missing(taints, service)
}

/** Feature discovery and the daemon that shares GPUs come with the same image, and announce nothing. */
export function isPlugin(set: DaemonSet): boolean {
  const words = wordsOf(set)
  const isBeside = DISCOVERY.test(set.metadata.name) || set.metadata.name.includes('mps-control-daemon')
  return !isBeside && PLUGINS.test(words) && !OF_OTHER_HARDWARE.test(words)
}

function isOfOperator(set: DaemonSet): boolean {
  return OPERATOR.test(`${set.metadata.namespace} ${wordsOf(set)}`)
}

function wordsOf({ metadata, spec }: DaemonSet): string {
  const images = spec?.template?.spec?.containers?.map(({ image }) => image) ?? []
  return [metadata.name, ...images].join(' ').toLowerCase()
}

function keptOff(set: DaemonSet, taints: readonly Taint[], isDiscovered: boolean): KaitoError | undefined {
  const { tolerations = [], ...spec } = set.spec?.template?.spec ?? {}
  const [barring] = barringTaints(taints, tolerations)
  if (barring !== undefined) {
    const why = `does not tolerate their taint ${formatTaint(barring)}`
    return refused(
      `${nameOf(set)}, which announces GPUs, would not run on the new nodes: it ${why}.`,
      tolerate(set, barring),
    )
  }
  const label = isDiscovered ? undefined : wantedLabel(spec)
  if (label === undefined) return undefined
  const why = `it wants the label ${label}, which only node-feature-discovery sets, and that is not installed`
  return refused(`${nameOf(set)}, which announces GPUs, would not run on the new nodes: ${why}.`, runAnywhere(set))
}

/** One that every node would need. */
function wantedLabel({ nodeSelector = {}, affinity }: PluginSpec): string | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const keys = terms.map(({ matchExpressions = [] }) =>
    matchExpressions.map(({ key }) => key).find((key) => DISCOVERED.test(key)),
  )
  const selected = Object.keys(nodeSelector).find((key) => DISCOVERED.test(key))
  return selected ?? (keys.includes(undefined) ? undefined : keys[0])
}

function nameOf(set: DaemonSet): string {
  return `${formatRef(refOf(set))} in namespace ${set.metadata.namespace}`
}

function keptOffByPolicy(policy: Policy, taints: readonly Taint[]): KaitoError | undefined {
  const { tolerations = [OF_GPUS] } = policy.spec?.daemonsets ?? {}
  const [barring] = barringTaints(taints, tolerations)
  if (barring === undefined) return undefined
  const why = `do not tolerate their taint ${formatTaint(barring)}`
  const patch = patchPolicy(policy.metadata.name, [...tolerations, tolerationOf(barring)])
  return refused(
    `The DaemonSets of ${formatRef(refOf(policy))}, which announce GPUs, would not run on the new nodes: they ${why}.`,
    advice`Let them run there: ${patch}. Then run the same command again.`,
  )
}

function tolerate(set: DaemonSet, taint: Taint): Advice {
  const { name, namespace = '', ownerReferences = [] } = set.metadata
  const tolerations = [...(set.spec?.template?.spec?.tolerations ?? []), tolerationOf(taint)]
  const policy = ownerReferences.find(({ kind }) => kind === KINDS.clusterPolicy.kind)
  const patch =
    policy === undefined ? patchSet(name, namespace, { tolerations }) : patchPolicy(policy.name, tolerations)
  return advice`Let it run there: ${patch}. Then run the same command again.`
}

function runAnywhere({ metadata: { name, namespace = '' } }: DaemonSet): Advice {
  const patch = patchSet(name, namespace, { affinity: null, nodeSelector: null })
  return advice`Let it run on every node: ${patch}. Then run the same command again.`
}

function patchSet(name: string, namespace: string, spec: object): Command {
  const patch = JSON.stringify({ spec: { template: { spec } } })
  return kubectl('patch', KINDS.daemonSet.plural, name, '-n', namespace, '--type=merge', '-p', patch)
}

/** The operator would take back what is changed in its DaemonSets. */
function patchPolicy(name: string, tolerations: readonly Toleration[]): Command {
  const patch = JSON.stringify({ spec: { daemonsets: { tolerations } } })
  return kubectl('patch', KINDS.clusterPolicy.plural, name, '--type=merge', '-p', patch)
}

function missing(taints: readonly Taint[], service: string): KaitoError {
  return refused(
    'The cluster has no NVIDIA device plugin: nothing would announce the GPUs of the new nodes, and no pod could use them.',
    advice`${service} installs the driver, and no device plugin. Install it: ${installPlugin(taints)}. Then run the same command again.`,
  )
}

function refused(message: string, hint: Advice): KaitoError {
  return new KaitoError({ code: 'NO_DEVICE_PLUGIN', phase: 'plan', message, hint })
}

/**
 * NVIDIA's chart, in the version that its README installs. Its own affinity wants labels of node-feature-discovery; without it the
 * plugin comes to every node, and waits where there is no GPU.
 */
const PLUGIN_CHART = [
  ...['nvdp', 'https://nvidia.github.io/k8s-device-plugin/stable/nvidia-device-plugin-0.17.1.tgz'],
  ...['-n', 'nvidia-device-plugin', '--create-namespace'],
  ...['--set', 'affinity=null', '--set', 'failOnInitError=false'],
]

/** On nodes with these taints, and on those with NVIDIA's own. */
export function installPlugin(taints: readonly Taint[]): Command {
  const tolerations = [OF_GPUS, ...barringTaints(taints, [OF_GPUS]).map(tolerationOf)]
  return other(
    'helm',
    'upgrade',
    '--install',
    ...PLUGIN_CHART,
    '--set-json',
    `tolerations=${JSON.stringify(tolerations)}`,
  )
}

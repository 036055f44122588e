/** What differs between clouds, for a node pool and for the pods on it: data, in presets/clouds/<cloud>.yaml. */
import type { CloudId } from './ids.ts'
import type { Taint } from './node-pool.ts'

export interface CloudTraits {
  id: CloudId
  /** What its managed Kubernetes is called. */
  service: string
  /** kaito makes node pools there. */
  makesPools: boolean
  /** Of the provider ids that its nodes bear. */
  providerIdPrefix: string
  /** A label of every node of a pool, whose value is the pool's name. */
  poolLabel: string
  poolName: { pattern: string; maxLength: number }
  /** Of one pool. */
  maxNodes: number
  /** Domains of labels that the cloud sets: a pool cannot. */
  reservedLabels: readonly string[]
  /** Laid down on the pools that kaito makes, to keep other pods off the paid GPUs. */
  ourTaints: readonly Taint[]
  /** Laid down by the cloud itself on machines that kaito may be given. */
  itsTaints: readonly Taint[]
  /** Who puts the device plugin on its nodes: whoever runs the cluster, the cloud, or the machine's image. */
  devicePlugin: 'install' | 'by-cloud' | 'by-image'
  /** From asking for a machine until its node is Ready, and from then until its GPUs can be allocated. */
  usualSeconds: { ready: number; gpus: number }
  /** Command by which somebody makes a pool by hand; absent: none is known. */
  makePool?: PoolCommand | undefined
  /** Command that writes a kubeconfig. */
  getKubeconfig: string
  /** Command after which the kubeconfig's sign-in asks nobody; absent where it never asks. */
  signInAlone?: string | undefined
  /** The auth-provider of old kubeconfigs, which Kubernetes has removed, and the command that writes what has taken its place. */
  authProvider?: { name: string; replace: string } | undefined
}

/** Words with holes: {name}, {type}, {count}, {gpus}, {disk}; of a taint {key}, {value}, {effect} and, in capitals, {EFFECT}. */
interface PoolCommand {
  command: string
  labels: { flag: string; between: string }
  taints: { flag: string; each: string; between: string }
}

/** Of Kubernetes and of NVIDIA's own tools. */
const SYSTEM_DOMAINS = ['kubernetes.io', 'k8s.io', 'nvidia.com']

/** Labels that the cluster or a cloud sets: a pool cannot. */
export function isSystemLabel(key: string, clouds: readonly CloudTraits[]): boolean {
  const [domain = '', name] = key.split('/')
  if (name === undefined) return false
  const taken = [...SYSTEM_DOMAINS, ...clouds.flatMap(({ reservedLabels }) => reservedLabels)]
  return taken.some((each) => domain === each || domain.endsWith(`.${each}`))
}

export function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value === undefined ? '' : `=${value}`}:${effect}`
}

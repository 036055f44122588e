/** What kubelet, scheduler and controllers say when they cannot go on, by the place where they say it. */
import { type Advice, advice, kubectl, setting, thenAgain } from '../advice.ts'
import type { Signature, Subject } from './signature.ts'

const describe = ({ pod, namespace }: Subject): Advice =>
  advice`See its events: ${kubectl('describe', 'pod', pod, '-n', namespace)}`

/** Messages of ErrImagePull and ImagePullBackOff. */
export const PULL_FAILURES: readonly Signature[] = [
  {
    code: 'IMAGE_PULL_DENIED',
    // Docker Hub says "denied" for what does not exist, too.
    pattern: /unauthorized|authentication required|no basic auth credentials|access denied|\bdenied\b|forbidden/i,
    says: () => 'The registry rejected the credentials, or there were none.',
    next: (_found, { namespace }) =>
      advice`Make a pull secret and name it: ${kubectl('create', 'secret', 'docker-registry', 'REGISTRY-LOGIN', '-n', namespace, '--docker-server=…', '--docker-username=…', '--docker-password=…')}; then ${thenAgain(setting('imagePullSecret', 'REGISTRY-LOGIN'))}`,
    source: 'containerd 2.4, distribution 3.1 (seen on the node bed); kaito-project/kaito#557',
  },
  {
    code: 'IMAGE_NOT_FOUND',
    pattern: /not found|manifest unknown|name unknown/i,
    says: () => 'The registry has no such image or tag.',
    next: () =>
      advice`Check the name and the tag, then ${thenAgain(setting('image', 'REFERENCE'))}, or without ${setting('image')}.`,
    source: 'containerd 2.4, distribution 3.1 (seen on the node bed)',
  },
  {
    code: 'IMAGE_PULL_FAILED',
    pattern: /no match for platform|invalid reference|parse image/i,
    says: () => 'The image cannot be used on this node.',
    next: (_found, place) => describe(place),
    source: 'containerd 2.4',
  },
]

/** Messages of CreateContainerConfigError, and of FailedMount events. */
export const CONFIG_FAILURES: readonly Signature[] = [
  {
    code: 'SECRET_NOT_FOUND',
    pattern: /secret "(?<name>[^"]+)" not found/,
    says: ({ name }) => `The Secret ${name} does not exist in this namespace.`,
    next: ({ name = '' }, { namespace }) =>
      advice`Create it: ${kubectl('create', 'secret', 'generic', name, '-n', namespace, '--from-file=HF_TOKEN=FILE')}; the pod then starts by itself`,
    source: 'kubelet 1.36 (seen on the node bed); llm-d/llm-d-benchmark#1467',
  },
  {
    code: 'SECRET_KEY_NOT_FOUND',
    pattern: /couldn't find key (?<key>\S+) in Secret (?<name>\S+)/,
    says: ({ key, name }) => `The Secret ${name?.split('/').at(-1)} has no key ${key}.`,
    next: ({ key = '', name = '' }, { namespace }) =>
      advice`See which keys it has: ${kubectl('describe', 'secret', name.split('/').at(-1) ?? '', '-n', namespace)}; it must have ${key}`,
    source: 'kubelet 1.36 (seen on the node bed)',
  },
]

function keyOf(taint = ''): string {
  return taint.split(/[:=]/)[0]?.trim() || 'KEY'
}

const UNTOLERATED = {
  code: 'TAINT_NOT_TOLERATED',
  says: ({ taint }: Readonly<Record<string, string>>) =>
    `The nodes carry a taint that the pod does not tolerate${taint ? `: ${taint.trim()}` : ''}.`,
  next: ({ taint }: Readonly<Record<string, string>>) =>
    advice`See which nodes: ${kubectl('describe', 'nodes')}; remove the taint: ${kubectl('taint', 'nodes', 'NODE', `${keyOf(taint)}-`)}; or tolerate it: ${thenAgain(setting('patch', 'FILE'))} that has spec.template.spec.tolerations`,
  source: 'kube-scheduler 1.36 (seen on the node bed)',
} as const

/** Messages of the condition PodScheduled=False. The first that fits says most: what came this far passed the rest. */
export const SCHEDULING_FAILURES: readonly Signature[] = [
  {
    code: 'VOLUME_UNBOUND',
    pattern: /persistentvolumeclaim "(?<name>[^"]+)" not found/,
    says: ({ name }) => `The volume claim ${name} does not exist in this namespace.`,
    next: (_found, { namespace }) => advice`See what there is: ${kubectl('get', 'pvc', '-n', namespace)}`,
    source: 'kube-scheduler 1.36 (seen on the node bed)',
  },
  {
    code: 'VOLUME_UNBOUND',
    pattern: /unbound immediate PersistentVolumeClaims/i,
    says: () => 'A volume claim of the pod is not bound to a volume, and nothing provides one.',
    next: (_found, { namespace }) => advice`See why: ${kubectl('describe', 'pvc', '-n', namespace)}`,
    source: 'kube-scheduler 1.36 (seen on the node bed)',
  },
  {
    code: 'VOLUME_UNBOUND',
    pattern: /volume node affinity conflict/i,
    says: () => 'The volume lives where no node with a GPU can reach it, usually in another zone.',
    next: (_found, { namespace }) => advice`See where it is: ${kubectl('describe', 'pvc', '-n', namespace)}`,
    source: 'kubernetes/autoscaler#4339',
  },
  {
    // A node that lacks only the toleration. Taints that the system sets mark other nodes: control planes, lost nodes.
    ...UNTOLERATED,
    pattern:
      /had untolerated taints?(?:\(s\))? \{(?<taint>(?![\w.-]*(?:kubernetes|k8s)\.io\/|CriticalAddonsOnly|ToBeDeleted)[^},]*)/,
  },
  {
    code: 'NO_GPU_FREE',
    pattern: /Insufficient nvidia\.com\/gpu/,
    says: () => 'No node has a GPU free.',
    next: () =>
      advice`See who holds them: ${kubectl('get', 'pods', '-A', '-o', 'wide')}; free one, or let kaito make a node: the same command without ${setting('byo')}`,
    source: 'kube-scheduler 1.36 (seen on the node bed); NVIDIA/k8s-device-plugin#421',
  },
  // Taints that the system sets stand for a state of the node: taking them away would not last.
  {
    code: 'NODE_NOT_READY',
    pattern:
      /had untolerated taints?(?:\(s\))? \{node\.(?:cloudprovider\.)?kubernetes\.io\/(?:not-ready|unreachable|uninitialized)/,
    says: () => 'The nodes that could take the pod are not Ready.',
    next: () => advice`See which, and why: ${kubectl('get', 'nodes')}; ${kubectl('describe', 'node', 'NODE')}`,
    source: 'k8s.io/api core/v1 well_known_taints.go',
  },
  {
    code: 'UNSCHEDULABLE',
    pattern: /had untolerated taints?(?:\(s\))? \{node\.kubernetes\.io\/unschedulable/,
    says: () => 'The nodes that could take the pod are cordoned.',
    next: () => advice`See which: ${kubectl('get', 'nodes')}; let pods there again: ${kubectl('uncordon', 'NODE')}`,
    source: 'k8s.io/api core/v1 well_known_taints.go',
  },
  {
    code: 'UNSCHEDULABLE',
    pattern: /had untolerated taints?(?:\(s\))? \{node\.kubernetes\.io\/(?<state>[\w-]+)/,
    says: ({ state }) => `The nodes that could take the pod report ${state}.`,
    next: () => advice`See which, and why: ${kubectl('describe', 'nodes')}`,
    source: 'k8s.io/api core/v1 well_known_taints.go',
  },
  { ...UNTOLERATED, pattern: /had untolerated taints?(?:\(s\))? \{?(?<taint>[^},]*)/ },
]

/** Messages of a ReplicaSet's condition ReplicaFailure. */
export const ADMISSION_FAILURES: readonly Signature[] = [
  {
    code: 'POD_SECURITY_VIOLATION',
    pattern: /violates PodSecurity "(?<level>[^"]+)": (?<what>.*)/,
    says: ({ level }) => `The namespace enforces PodSecurity ${level}, and the pods do not keep to it.`,
    next: (_found, { namespace }) =>
      advice`What kaito renders passes "restricted": look at your ${setting('patch')}, or at the labels of the namespace: ${kubectl('get', 'namespace', namespace, '--show-labels')}`,
    source: 'kube-apiserver 1.36 (seen on the node bed)',
  },
  {
    code: 'NAMESPACE_QUOTA_EXCEEDED',
    pattern: /exceeded quota: (?<name>[^,]+), (?<what>.*)/,
    says: ({ name }) => `The quota ${name} of the namespace does not allow the pods.`,
    next: ({ name = '' }, { namespace }) =>
      advice`See who uses it up: ${kubectl('describe', 'quota', name, '-n', namespace)}; free some of it, or deploy to another namespace with ${setting('namespace')}`,
    source: 'kube-apiserver 1.36 (seen on the node bed)',
  },
  {
    code: 'NAMESPACE_QUOTA_EXCEEDED',
    pattern: /failed quota: (?<name>[^:]+): must specify (?<what>[\w./,-]+)/,
    says: ({ name, what }) => `The quota ${name} of the namespace takes only pods that say ${what}.`,
    next: ({ name = '' }, { namespace }) =>
      advice`Set it by a patch of the Deployment: ${setting('patch', 'FILE')}; see the quota: ${kubectl('describe', 'quota', name, '-n', namespace)}`,
    source: 'k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go',
  },
  {
    code: 'POD_REFUSED',
    pattern:
      /(?<what>(?:maximum|minimum) [\w./-]+ usage per (?:Container|Pod) is [^,.\]]+(?:, but (?:limit|request) is [^,\]]+)?)/,
    says: ({ what }) => `The limits of the namespace do not allow the pods: ${what}.`,
    next: (_found, { namespace }) =>
      advice`See them: ${kubectl('describe', 'limits', '-n', namespace)}; ask for more, or deploy to another namespace with ${setting('namespace')}`,
    source: 'kubernetes plugin/pkg/admission/limitranger/admission.go',
  },
  {
    code: 'POD_REFUSED',
    pattern:
      /Invalid value: "(?<asked>[^"]+)": must be less than or equal to (?<what>[\w./-]+) limit of (?<limit>[\w.]+)/,
    says: ({ asked, what, limit }) =>
      `The pods ask for ${asked} of ${what}, and the limits of the namespace fill in ${limit}.`,
    next: (_found, { namespace }) =>
      advice`See them: ${kubectl('describe', 'limits', '-n', namespace)}; ask for more, or deploy to another namespace with ${setting('namespace')}`,
    source: 'kubernetes pkg/apis/core/validation/validation.go',
  },
  {
    code: 'POD_REFUSED',
    pattern: /admission webhook "(?<name>[^"]+)" denied the request(?:: (?<why>.*))?/,
    says: ({ name, why }) => `The admission webhook ${name} refuses the pods${why === undefined ? '' : `: ${why}`}`,
    next: () =>
      advice`Change what it refuses by a patch of the Deployment: ${setting('patch', 'FILE')}; or ask whoever runs it: ${kubectl('get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations')}`,
    source: 'k8s.io/apiserver pkg/admission/plugin/webhook/errors/statuserror.go',
  },
]

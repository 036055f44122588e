/** Where names may stand: a cloud's, an engine's, a kind's, a label's, a flag's, the clock's. Rules 1-7 of the house, as data. */
import type { Source } from './source.ts'

export interface NameRule {
  name: string
  /** Prefixes of paths below src that may have the name. */
  allowed: readonly string[]
  /** How often a file has it. */
  count(source: Source): number
  because: string
}

const CLOUDS = {
  azure: ['azure', 'aks', 'arm', 'entra'],
  aws: ['aws', 'eks', 'amazon'],
  gcp: ['gcp', 'gke', 'google'],
}
const ENGINES = { vllm: ['vllm'], tgi: ['tgi'] }
const KINDS = [
  'ConfigMap',
  'ControllerRevision',
  'CustomResourceDefinition',
  'DaemonSet',
  'Deployment',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'Lease',
  'Namespace',
  'NetworkPolicy',
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Pod',
  'PodDisruptionBudget',
  'ReplicaSet',
  'Role',
  'RoleBinding',
  'Secret',
  'SelfSubjectAccessReview',
  'Service',
  'ServiceAccount',
  'StatefulSet',
  'StorageClass',
]

/** Anywhere in a file, comments too, whole words, whatever their case: what `git grep -iw` finds. */
function words(list: readonly string[]): NameRule['count'] {
  const pattern = new RegExp(`\\b(${list.join('|')})\\b`, 'gi')
  return ({ text }) => [...text.matchAll(pattern)].length
}

function strings(matches: (text: string) => boolean): NameRule['count'] {
  return (source) => source.strings.filter(matches).length
}

function names(list: readonly string[]): NameRule['count'] {
  return (source) => source.names.filter((name) => list.includes(name)).length
}

const cloudRules = Object.entries(CLOUDS).map(
  ([cloud, list]): NameRule => ({
    name: `cloud ${cloud}`,
    allowed: [
      `clouds/${cloud}/`,
      'clouds/index.ts',
      `sandbox/clouds/${cloud}/`,
      'sandbox/clouds/index.ts',
      'core/cloud/ids.ts',
    ],
    count: words(list),
    because:
      'A cloud is whole in its folders; besides, the registries name it, and the list of ids in core/cloud/ids.ts.',
  }),
)

const engineRules = Object.entries(ENGINES).map(
  ([engine, list]): NameRule => ({
    name: `engine ${engine}`,
    allowed: [`runtimes/${engine}/`, 'runtimes/index.ts', `sandbox/engines/${engine}/`, 'sandbox/engines/index.ts'],
    count: words(list),
    because:
      'An engine is whole in its folders; besides, only the registries name it. The core asks it through core/plan/engine.ts.',
  }),
)

/** The rules for a tree: how flags and commands are spelled is read from its own command line. */
export const nameRules = (sources: readonly Source[]): NameRule[] => [
  ...cloudRules,
  ...engineRules,
  {
    name: 'kinds',
    allowed: ['core/objects/kinds.ts', 'core/workload/', 'sandbox/cluster/controllers/'],
    count: strings((text) => KINDS.includes(text)),
    because:
      'A kind is named in the table of kinds, by a workload, in templates, and by the controllers that play it in the sandbox.',
  },
  {
    name: 'labels',
    allowed: ['core/objects/labels.ts', 'core/workspace/annotations.ts'],
    // Versions of documents are no labels; what the sandbox notes on its own nodes, no one else reads.
    count: strings((text) =>
      /^(?!sandbox\.)(\w+\.)?kaito\.sh\/(?!v\d|cli\/)|^(app|applyset)\.kubernetes\.io\//.test(text),
    ),
    because: 'A label of kaito’s, a selector or a derived name has one place: core/objects/labels.ts.',
  },
  {
    name: 'flags',
    // The flags of a simulated engine are the engine's.
    allowed: ['cli/', 'ui/', 'sandbox/engines/'],
    count: spellings(sources),
    because:
      'Only cli and ui know how a flag or a command is spelled: what to do next is an Advice, which each face words.',
  },
  {
    name: 'clock',
    allowed: [
      // The sandbox is a world of its own, and its time is made here.
      'sandbox/',
      'std/sleep.ts',
      'cli/main.ts',
      'cli/wiring/',
      'pipeline/ports.ts',
      'pipeline/runs/',
      'pipeline/time/',
      'cluster/lock/',
      // The life of credentials.
      'kube/access/exec-plugin.ts',
      'clouds/azure/connect.ts',
      // Timeouts and retries within one request.
      'kube/wire/',
      'kube/tunnel/',
      'hub/client.ts',
      'clouds/azure/index.ts',
      // A person's time: the tick of a spinner, a second Ctrl-C.
      'cli/terminal/io.ts',
      'ui/progress/tty.ts',
    ],
    count: names([
      'clock',
      'sleep',
      'Date.now',
      'new Date()',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'performance.now',
      'AbortSignal.timeout',
    ]),
    because:
      'What knows a clock can wait, and only a run waits. Take the time as a value; a port ends with the answer to its own request.',
  },
  {
    name: 'pace',
    allowed: [],
    count: names(['pace']),
    because: 'The speed of the sandbox is a clock that it hands in, not a divisor.',
  },
]

/** Texts with a command of kaito's or one of its flags, as `src/cli` has them; the short ones in prose only. */
function spellings(sources: readonly Source[]): NameRule['count'] {
  const declared = sources
    .filter(({ path }) => path.startsWith('cli/'))
    .flatMap(({ strings }) => strings.flatMap((text) => [...text.matchAll(/^(?:-(\w), )?--(?:no-)?([a-z-]+)/g)]))
  const [letters, flags] = [1, 2].map((group) => declared.flatMap((each) => each[group] ?? []))
  const verbs = sources.flatMap(({ path }) => /^cli\/commands\/([a-z-]+)(?:\.ts|\/)/.exec(path)?.[1] ?? [])
  const long = new RegExp(`(?<![\\w-])--(no-)?(${flags?.join('|')})(?![\\w-])|\\bkaito (${verbs.join('|')})\\b`)
  const short = new RegExp(`[\\s(]-[${letters?.join('')}](?![\\w-])`)
  return ({ own }) => own.filter((text) => long.test(text) || short.test(text)).length
}

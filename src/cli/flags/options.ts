/** Flags that several commands share, declared once: name, environment variable, meaning. */
import { type Command, Option } from 'commander'
import { CLOUDS, type CloudId } from '#core/cloud/ids.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { Flag } from './flag.ts'
import {
  collect,
  collectArg,
  parseCount,
  parseDuration,
  parseImage,
  parseNamespace,
  parseNumber,
  parseReplicas,
} from './values.ts'

export const OUTPUTS = ['text', 'json', 'yaml', 'name'] as const
/** Forms of the result that single commands have besides. */
const REPORTS = ['markdown', 'sarif', 'junit'] as const
export type Report = (typeof REPORTS)[number]
export type Output = (typeof OUTPUTS)[number] | Report

/** Values of the global flags; absent = not given. */
export interface GlobalOptions {
  context?: string
  kubeconfig?: string
  namespace?: string
  /** Who says the namespace: a workspace file comes between the environment and the config file. */
  namespaceFrom?: string
  output: Output
  /** By -o, and not by a variable or the config file, which are a wish for all commands. */
  isOutputTyped?: boolean
  /** Milliseconds. */
  timeout?: number
  yes: boolean
  quiet: boolean
  verbose: boolean
  color: boolean
  progress?: 'tty' | 'plain' | 'json'
  presets?: string
  sandbox?: boolean
  sandboxSpeed?: number
  /** URL, or `none`. */
  sandboxEngine?: string
  /** Of deploy: a name, or `none`. */
  drill?: string
}

export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--config <file>', 'defaults for flags (default: ~/.config/kaito/config.yaml)').env('KAITO_CONFIG'),
    )
    .addOption(new Flag('--context <name>', 'kubeconfig context to use').env('KAITO_CONTEXT'))
    .addOption(
      new Flag('--kubeconfig <file>', 'kubeconfig file to use (default: KUBECONFIG, then ~/.kube/config)').env(
        'KAITO_KUBECONFIG',
      ),
    )
    .addOption(
      new Flag('-n, --namespace <name>', "namespace (default: the context's)")
        .argParser(parseNamespace)
        .env('KAITO_NAMESPACE'),
    )
    .addOption(
      new Flag(
        '-o, --output <format>',
        'form of the result on stdout: text, json, yaml or name; of plan also markdown, of lint also sarif and junit',
      )
        .choices([...OUTPUTS, ...REPORTS])
        .default('text')
        .env('KAITO_OUTPUT'),
    )
    .addOption(
      new Flag('--timeout <duration>', 'end the whole command after this long: 90s, 45m, 2h; 0: never')
        .argParser(parseDuration)
        .env('KAITO_TIMEOUT'),
    )
    .addOption(
      new Flag('-y, --yes', 'answer yes: create or delete node pools without asking').default(false).env('KAITO_YES'),
    )
    .addOption(new Flag('-q, --quiet', 'only errors, and what -o asks for').default(false).env('KAITO_QUIET'))
    .addOption(
      new Flag('--verbose', 'more detail: where each setting came from, raw answers and stacks in errors')
        .default(false)
        .env('KAITO_VERBOSE'),
    )
    .addOption(new Option('--no-color', 'no colour (also: NO_COLOR)'))
    .addOption(
      new Flag('--progress <form>', 'form of the progress on stderr (default: tty on a terminal, else plain)')
        .choices(['tty', 'plain', 'json'])
        .env('KAITO_PROGRESS'),
    )
    .addOption(
      new Flag('--presets <path>', "one's own model presets: a file, or a folder of them").env('KAITO_PRESETS'),
    )
    .addOption(
      new Flag('--sandbox', 'use the simulated cluster and cloud on this machine: no account, no cost').env(
        'KAITO_SANDBOX',
      ),
    )
    .addOption(
      new Flag('--sandbox-speed <factor>', 'how many times faster the sandbox lives (default: as before, at first 60)')
        .argParser(parseNumber)
        .env('KAITO_SANDBOX_SPEED'),
    )
    .addOption(
      new Flag(
        '--sandbox-engine <url>',
        'an OpenAI-compatible server, http://127.0.0.1:11434/v1, that answers in the sandbox; none: scripted again',
      ).env('KAITO_SANDBOX_ENGINE'),
    )
}

/** Flags of the commands that work from a model name or a file. */
export interface WorkspaceOptions {
  filename?: string[]
  recursive?: boolean
  name?: string
  model?: string
  instanceType?: string
  modelAccessSecret?: string
  hfTokenFile?: string
  hfTokenEnv?: string
  imagePullSecret?: string[]
  registryMirror?: string
  apiKey?: boolean
  networkPolicy?: boolean
  maxModelLen?: number
  replicas?: number
  engineArg?: Record<string, Scalar>
  image?: string
  patch?: string[]
  cloud?: CloudId
  byo?: boolean
  clusterResource?: string
  forceConflicts?: boolean
  /** Of the commands that compare with, or change, what is in a cluster. */
  reset?: boolean
}

/** Of the commands that compare with, or change, what is in a cluster. */
export function addClusterOptions(command: Command): Command {
  return addWorkspaceOptions(command)
    .option('--force-conflicts', 'take over fields that another manager owns', false)
    .option('--reset', 'of a model name: forget the settings of earlier deploys; -f always does', false)
}

export function addWorkspaceOptions(command: Command): Command {
  const chosen = addChoiceOptions(addNameOptions(addSourceOptions(command)))
  return addPlaceOptions(addServingOptions(chosen))
}

/** Where files come from. */
export function addSourceOptions(command: Command): Command {
  return command
    .option(
      '-f, --filename <file>',
      'workspace file, directory, https URL, or - for standard input; may be repeated',
      collect,
      [],
    )
    .option('-R, --recursive', 'read the folders of a directory, too', false)
}

export function addNameOptions(command: Command): Command {
  return command
    .addOption(new Flag('--name <name>', "name of the workspace (default: the model's)").env('KAITO_NAME'))
    .addOption(new Flag('--workspace-name <name>', 'the same as --name').spells('name').hideHelp())
}

/** The model, and on which machine. */
export function addChoiceOptions(command: Command): Command {
  return command
    .addOption(new Option('--model <name>', 'the model, when it is not the argument').hideHelp())
    .addOption(
      new Flag('--instance-type <type>', 'machine type of the node pool (default: the cheapest that fits)').env(
        'KAITO_INSTANCE_TYPE',
      ),
    )
    .addOption(
      new Flag('--model-access-secret <secret>', 'Secret with key HF_TOKEN, for gated models').env(
        'KAITO_MODEL_ACCESS_SECRET',
      ),
    )
}

function addServingOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--hf-token-file <file>', 'file with a token of the Hub; goes into a Secret of the workspace').env(
        'KAITO_HF_TOKEN_FILE',
      ),
    )
    .addOption(new Option('--hf-token-env <variable>', 'environment variable with that token').conflicts('hfTokenFile'))
    .addOption(
      new Flag('--max-model-len <tokens>', 'context length to serve (default: as much as fits)')
        .argParser(parseCount)
        .env('KAITO_MAX_MODEL_LEN'),
    )
    .addOption(new Flag('--replicas <n>', 'copies of the server').argParser(parseReplicas).env('KAITO_REPLICAS'))
    .option('--engine-arg <flag[=value]>', 'engine flag, for example max-num-seqs=64; may be repeated', collectArg)
    .addOption(
      new Flag('--image <reference>', "engine image instead of the catalogue's")
        .argParser(parseImage)
        .env('KAITO_IMAGE'),
    )
    .option('--image-pull-secret <secret>', 'Secret that opens the registry; may be repeated', collect, [])
    .addOption(
      new Flag('--registry-mirror <prefix>', "where a mirror has the catalogue's images: PREFIX/OWNER/IMAGE").env(
        'KAITO_REGISTRY_MIRROR',
      ),
    )
    .option('--api-key', 'requests must bring a key; it is made once and kept in a Secret')
    .option('--no-api-key', 'requests no longer need a key')
    .addOption(
      new Flag('--network-policy', 'a NetworkPolicy that lets only pods of the namespace reach the engine').env(
        'KAITO_NETWORK_POLICY',
      ),
    )
    .option('--no-network-policy', 'pods of every namespace may reach the engine again')
    .option(
      '--patch <file>',
      'changes to the rendered objects: partial objects, or kustomize patches; may be repeated',
      collect,
      [],
    )
}

/** In which cloud the cluster is, and whose nodes. */
export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--cloud <cloud>', 'the cloud that the cluster lives in (default: detected)')
        .choices([...CLOUDS])
        .env('KAITO_CLOUD'),
    )
    .addOption(new Flag('--byo', 'bring your own nodes: create no node pool').env('KAITO_BYO'))
    .option('--no-byo', 'create a node pool, also where an earlier deploy brought its own nodes')
    .addOption(
      new Flag('--cluster-resource <id>', "the cloud's full id of the cluster (default: detected)").env(
        'KAITO_CLUSTER_RESOURCE',
      ),
    )
}

export function wantsSandbox({ sandbox, drill, sandboxSpeed, sandboxEngine }: GlobalOptions): boolean {
  const isRehearsed = drill !== undefined && drill !== 'none'
  return sandbox === true || isRehearsed || sandboxSpeed !== undefined || sandboxEngine !== undefined
}

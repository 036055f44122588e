/** Flags of the commands that work from a model name or a file, declared once. */
import { type Command, Option } from 'commander'
import { CLOUDS, type CloudId } from '#core/cloud/ids.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { Flag } from './flag.ts'
import { collect, collectArg, parseCount, parseImage, parseReplicas } from './values.ts'

/** Their values; absent = not given. */
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
    .option('--force-conflicts', 'take over fields owned by another field manager', false)
    .option('--reset', 'with a model name: forget the settings of earlier deploys; -f always does', false)
}

export function addWorkspaceOptions(command: Command): Command {
  const chosen = addChoiceOptions(addNameOptions(addSourceOptions(command)))
  return addPlaceOptions(addAccessOptions(addServingOptions(chosen)))
}

/** Where files come from. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('-f, --filename <file>', 'workspace file, directory, https URL, or - for stdin; repeatable', collect, [])
    .option('-R, --recursive', 'read directories recursively', false)
}

export function addNameOptions(command: Command): Command {
  return command
    .addOption(new Flag('--name <name>', "name of the workspace (default: the model's name)").env('KAITO_NAME'))
    .addOption(new Flag('--workspace-name <name>', 'the same as --name').spells('name').hideHelp())
}

/** The model, and on which machine. */
export function addChoiceOptions(command: Command): Command {
  return addMachineOptions(
    command.addOption(new Option('--model <name>', 'the model, if it is not the argument').hideHelp()),
  )
}

/** Which machine, and what opens the model on it. */
export function addMachineOptions(command: Command): Command {
  return command
    .addOption(
      new Flag(
        '--instance-type <type>',
        'machine type of the node pool; another one moves the workspace (default: the cheapest that fits)',
      ).env('KAITO_INSTANCE_TYPE'),
    )
    .addOption(
      new Flag('--model-access-secret <secret>', 'Secret with the key HF_TOKEN, for gated models').env(
        'KAITO_MODEL_ACCESS_SECRET',
      ),
    )
}

/** How it is served: what a file is checked with, too. */
export function addServingOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--max-model-len <tokens>', 'context length to serve (default: as long as fits)')
        .argParser(parseCount)
        .env('KAITO_MAX_MODEL_LEN'),
    )
    .addOption(new Flag('--replicas <n>', 'number of replicas').argParser(parseReplicas).env('KAITO_REPLICAS'))
    .option('--engine-arg <flag[=value]>', 'engine flag, for example max-num-seqs=64; repeatable', collectArg)
    .addOption(
      new Flag('--image <reference>', "engine image (default: the one in kaito's catalog)")
        .argParser(parseImage)
        .env('KAITO_IMAGE'),
    )
    .option('--api-key', 'require an API key; it is generated once and kept in a Secret')
    .option('--no-api-key', 'stop requiring an API key')
    .option(
      '--patch <file>',
      'patch for the rendered objects: a partial object or a kustomize patch; repeatable',
      collect,
      [],
    )
}

/** What opens the model and the image, and from where the engine can be reached. */
function addAccessOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--hf-token-file <file>', 'file with a Hugging Face token, which is kept in a Secret').env(
        'KAITO_HF_TOKEN_FILE',
      ),
    )
    .addOption(
      new Option('--hf-token-env <variable>', 'environment variable with a Hugging Face token').conflicts(
        'hfTokenFile',
      ),
    )
    .option('--image-pull-secret <secret>', 'pull Secret for the registry; repeatable', collect, [])
    .addOption(
      new Flag('--registry-mirror <prefix>', 'pull images from a mirror: PREFIX/OWNER/IMAGE').env(
        'KAITO_REGISTRY_MIRROR',
      ),
    )
    .addOption(
      new Flag('--network-policy', 'add a NetworkPolicy: only pods in the namespace can reach the engine').env(
        'KAITO_NETWORK_POLICY',
      ),
    )
    .option('--no-network-policy', 'remove the NetworkPolicy')
}

/** In which cloud the cluster is, and whose nodes. */
export function addCloudOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--cloud <cloud>', 'cloud that the cluster runs in (default: detected)')
        .choices([...CLOUDS])
        .env('KAITO_CLOUD'),
    )
    .addOption(new Flag('--byo', 'bring your own nodes: create no node pool').env('KAITO_BYO'))
}

/** And what a cluster that is asked knows of it. */
export function addPlaceOptions(command: Command): Command {
  return addCloudOptions(command)
    .option('--no-byo', 'create a node pool, even if an earlier deploy used your own nodes')
    .addOption(
      new Flag('--cluster-resource <id>', "the cluster's resource ID in the cloud (default: detected)").env(
        'KAITO_CLUSTER_RESOURCE',
      ),
    )
}

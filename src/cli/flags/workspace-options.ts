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
    .option('--force-conflicts', 'take over fields that another manager owns', false)
    .option('--reset', 'of a model name: forget the settings of earlier deploys; -f always does', false)
}

export function addWorkspaceOptions(command: Command): Command {
  const chosen = addChoiceOptions(addNameOptions(addSourceOptions(command)))
  return addPlaceOptions(addAccessOptions(addServingOptions(chosen)))
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
  return addMachineOptions(
    command.addOption(new Option('--model <name>', 'the model, when it is not the argument').hideHelp()),
  )
}

/** Which machine, and what opens the model on it. */
export function addMachineOptions(command: Command): Command {
  return command
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

/** How it is served: what a file is checked with, too. */
export function addServingOptions(command: Command): Command {
  return command
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
    .option(
      '--patch <file>',
      'changes to the rendered objects: partial objects, or kustomize patches; may be repeated',
      collect,
      [],
    )
}

/** Who may read the model and pull the image, and who may ask. */
function addAccessOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--hf-token-file <file>', 'file with a token of the Hub; goes into a Secret of the workspace').env(
        'KAITO_HF_TOKEN_FILE',
      ),
    )
    .addOption(new Option('--hf-token-env <variable>', 'environment variable with that token').conflicts('hfTokenFile'))
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
}

/** In which cloud the cluster is, and whose nodes. */
export function addCloudOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--cloud <cloud>', 'the cloud that the cluster lives in (default: detected)')
        .choices([...CLOUDS])
        .env('KAITO_CLOUD'),
    )
    .addOption(new Flag('--byo', 'bring your own nodes: create no node pool').env('KAITO_BYO'))
}

/** And what a cluster that is asked knows of it. */
export function addPlaceOptions(command: Command): Command {
  return addCloudOptions(command)
    .option('--no-byo', 'create a node pool, also where an earlier deploy brought its own nodes')
    .addOption(
      new Flag('--cluster-resource <id>', "the cloud's full id of the cluster (default: detected)").env(
        'KAITO_CLUSTER_RESOURCE',
      ),
    )
}

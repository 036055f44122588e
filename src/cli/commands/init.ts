import { Option } from 'commander'
import { advice, kaito, type Settings } from '#core/advice.ts'
import type { Catalog } from '#core/catalog/catalog.ts'
import { EXAMPLE_CLOUD } from '#core/cloud/ids.ts'
import { KaitoError } from '#core/errors.ts'
import { starterFile } from '#core/plan/starter-file.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { planOffline } from '#pipeline/prepare/offline.ts'
import type { CommandSpec } from '../command.ts'
import { collect } from '../flags/values.ts'
import { addChoiceOptions, addNameOptions, addPlaceOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { readInput } from '../input/read-input.ts'
import { requestsOf, supplyOf } from '../input/requests.ts'
import { askChoice, askText } from '../terminal/ask.ts'
import { isInteractive } from '../terminal/io.ts'
import { writeFile, writeOut } from '../terminal/write-file.ts'

interface InitFlags extends WorkspaceOptions {
  force: boolean
  out?: string
}

const OWN_NODES = { value: 'byo', label: 'your own GPU nodes, anywhere' }

export const initCommand: CommandSpec<InitFlags> = {
  name: 'init',
  argument: { syntax: '[model]', description: 'model name; asked for on a terminal if missing' },
  summary: 'write a commented workspace file to start from; asks a few questions on a terminal',
  group: 'Get started',
  examples: [
    { args: `init mistral-7b --cloud ${EXAMPLE_CLOUD}`, says: 'mistral-7b.yaml, for a node pool that kaito creates' },
    {
      args: 'init mistral-7b --byo --out models/chat.yaml --name chat --force',
      says: 'For your own nodes, to another path, overwriting a file',
    },
    { args: `init qwen3-8b --cloud ${EXAMPLE_CLOUD} -o name`, says: 'Just the path of the file on stdout' },
  ],
  options: (command) =>
    addPlaceOptions(addChoiceOptions(addNameOptions(command)))
      .addOption(new Option('-f, --filename <file>').hideHelp().argParser(collect).default([]))
      .option('--out <file>', 'path to write; - for stdout (default: NAME.yaml)')
      .option('--force', 'overwrite an existing file', false),
  async run([given], options, session) {
    if ((options.filename ?? []).length > 0) throw readsNoFile()
    const supply = await supplyOf(session)
    const { catalog, engines } = supply
    const canAsk = isInteractive(session)
    const model = given ?? options.model ?? (canAsk ? await askModel() : undefined)
    if (model === undefined) throw noModel(catalog.models.list().map(({ name }) => name))
    const hasPlace = options.cloud !== undefined || options.byo === true
    const [first = OWN_NODES, ...more] = placesOf(catalog)
    const place = hasPlace || !canAsk ? first.value : await askChoice('Where should it run?', [first, ...more], session)
    const chosen = place === OWN_NODES.value ? { byo: true } : { cloud: place }
    const flags: WorkspaceOptions = hasPlace ? options : { ...options, ...chosen }
    const [request] = requestsOf(await readInput(model, flags, session.io, engines), flags, session.options, 'default')
    if (request === undefined) throw noModel([])
    const isGated = catalog.models.find(model)?.gated === true
    const wanted = options.modelAccessSecret ?? (isGated ? 'hf-token' : undefined)
    const secret =
      wanted !== undefined && canAsk ? await askText('Secret with the Hugging Face token', wanted, session) : wanted
    const planned =
      secret === undefined ? request : { ...request, overrides: { ...request.overrides, modelAccessSecret: secret } }
    const plan = await planOffline(planned, supply)
    const file = options.out ?? `${objectNameFor(request.spec.name)}.yaml`
    const text = starterFile(plan, secret)
    if (file === '-') {
      writeOut(text, session.io)
      return 0
    }
    writeFile(file, text, options.force)
    const settings: Settings = { filename: file, ...(plan.pool.mode === 'existing' ? { byo: true } : {}) }
    session.print([
      {
        kind: 'Init',
        file,
        workspace: request.spec.name,
        next: [
          advice`${kaito('lint', { settings: { filename: file } })}`,
          advice`${kaito('deploy', { settings: { filename: file, sandbox: true, yes: true } })}`,
          advice`${kaito('deploy', { settings })}`,
        ],
      },
    ])
    return 0

    function askModel(): Promise<string> {
      const choices = catalog.models
        .list()
        .flatMap(({ name }) => catalog.models.find(name) ?? [])
        .toSorted((a, b) => a.weightsGiB - b.weightsGiB)
        .map(({ name, description, gated }) => ({
          value: name,
          label: `${name}: ${description}${gated ? ' (gated)' : ''}`,
        }))
      return askChoice('Which model?', choices, session)
    }
  },
}

function placesOf({ clouds }: Catalog): { value: string; label: string }[] {
  const pools = clouds.filter(({ makesPools }) => makesPools)
  return [
    ...pools.map(({ id, service }) => ({ value: id, label: `a GPU node pool that kaito creates in ${service}` })),
    OWN_NODES,
  ]
}

function readsNoFile(): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: 'init writes a workspace file and does not read one: -f is not supported.',
    hint: 'Set the path to write with --out FILE: kaito init mistral-7b --out workspace.yaml',
  })
}

function noModel(names: readonly string[]): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `init needs a model name where there is no terminal to ask on. Models: ${names.join(', ')}.`,
    hint: `For example: kaito init mistral-7b --cloud ${EXAMPLE_CLOUD}`,
  })
}

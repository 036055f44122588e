/** What a container of vLLM is going to be: read from its image and its arguments, as the engine would. */
import type { FlagTable, ModelPreset } from '#core/catalog/schema.ts'
import type { Engine, Supply } from '#core/plan/engine.ts'
import { estimateStartup } from '#core/sizing/startup.ts'
import type { ContainerSpec } from '../../pod.ts'
import type { Launch, Refusal } from '../engine.ts'
import { foundLength } from './auto-length.ts'
import { failureLog, USAGE_LINE, uncaught } from './failure-lines.ts'
import { parserRefusal, readLength } from './parser-refusals.ts'
import { startRefusal } from './start-refusals.ts'

const CONTEXT = 4_096
const PORT = 8_000
/** Of a container whose image nobody knows. */
const VERSION = '0.32.0'
const START_SECONDS = 3
/** From the container's start to the end of the parser. */
const PARSE_SECONDS = 10
/** argparse's. */
const PARSER_ENDS_WITH = 2
/** The working folder of vllm/vllm-openai, with the examples. */
const IMAGE_FOLDER = '/vllm-workspace'
/** Of a model that the catalogue does not know. */
const UNKNOWN_SECONDS = 60

export function readContainer(container: ContainerSpec, supply: Supply): Launch | Refusal {
  const { catalog } = supply
  const flags = flagsOf(container.args ?? [])
  const port = Number(flags.get('port') ?? container.ports?.[0]?.containerPort ?? PORT)
  const image = catalog.images.find((each) => container.image.endsWith(each.image))
  const table = image === undefined ? undefined : catalog.flagsOf(image.engine, image.version)
  const unknown = [...flags.keys()].filter((flag) => table !== undefined && !isKnown(flag, table))
  const model = flags.get('model') ?? 'unknown'
  if (unknown.length > 0) {
    const flag = unknown
      .map((name) => `--${name}${flags.get(name) === '' ? '' : `=${flags.get(name)?.replaceAll(BETWEEN, ' ')}`}`)
      .join(' ')
    const says = failureLog('flag', { model, maxModelLen: CONTEXT, flag })
    return { port, bootSeconds: PARSE_SECONDS, exitCode: PARSER_ENDS_WITH, says }
  }
  const preset = catalog.models.find(model)
  const engine = supply.engines.all.find(({ id }) => id === 'vllm')
  const refusal = table === undefined ? undefined : refusalOf(container, flags, table, preset)
  if (refusal !== undefined) return { port, ...refusal }
  return {
    version: image?.version ?? VERSION,
    model,
    servedNames: (flags.get('served-model-name') ?? model).split(BETWEEN),
    ...lengthOf(flags, preset, engine),
    weightsGib: preset?.weightsGiB ?? 1,
    gpus: Number(flags.get('tensor-parallel-size') ?? 1),
    port,
    bootSeconds: secondsOf(preset, engine, flags.has('enforce-eager'), catalog),
  }
}

/** Values that the engine does not take. */
function refusalOf(
  { volumeMounts = [] }: ContainerSpec,
  flags: ReadonlyMap<string, string>,
  table: FlagTable,
  model: ModelPreset | undefined,
): Omit<Refusal, 'port'> | undefined {
  const parser = parserRefusal(flags, table)
  if (parser !== undefined)
    return { bootSeconds: PARSE_SECONDS, exitCode: PARSER_ENDS_WITH, says: [USAGE_LINE, parser] }
  const folders = [IMAGE_FOLDER, ...volumeMounts.map(({ mountPath }) => mountPath)]
  const start = startRefusal({ flags, table, model, folders })
  if (start === undefined) return undefined
  return { bootSeconds: PARSE_SECONDS, exitCode: 1, says: uncaught('vllm/engine/arg_utils.py', start) }
}

/** What is said; else what it finds itself, where something is known of the model. */
function lengthOf(
  flags: ReadonlyMap<string, string>,
  preset: ModelPreset | undefined,
  engine: Engine | undefined,
): Pick<Launch, 'maxModelLen' | 'autoFrom'> {
  const said = readLength(flags.get('max-model-len') ?? '') || CONTEXT
  if (said !== -1) return { maxModelLen: said }
  if (preset === undefined || engine === undefined) return { maxModelLen: CONTEXT }
  const limit = preset.trainedContext ?? preset.maxContext
  return { maxModelLen: Math.min(limit, foundLength(flags, preset, engine) ?? CONTEXT), autoFrom: limit }
}

/** The same estimate that `plan` shows, without the pull. */
function secondsOf(
  preset: ModelPreset | undefined,
  engine: Engine | undefined,
  isEager: boolean,
  { images: [image] }: Supply['catalog'],
): number {
  if (preset === undefined || engine === undefined || image === undefined) return UNKNOWN_SECONDS
  const { terms } = estimateStartup(preset, image, engine.startup(preset, { ...engine.readSettings({}), isEager }))
  const all = terms.filter(({ step }) => step !== 'image pull').reduce((sum, { seconds }) => sum + seconds, 0)
  return all + START_SECONDS
}

function isKnown(flag: string, { flags }: FlagTable): boolean {
  const [name = ''] = flag.split('.')
  return [flag, name, name.replace(/^no-/, '')].some((each) => each === '' || flags[each] !== undefined)
}

/** Between the values of one flag: a blank within one argument belongs to it. */
const BETWEEN = '\u0000'

/** `--a=b`, `--a b c`, `--a`. */
function flagsOf(args: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>()
  let last = ''
  for (const arg of args) {
    const [, name, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
    if (name !== undefined) {
      last = name
      flags.set(name, value ?? '')
    } else flags.set(last, [flags.get(last) ?? '', arg].filter((one) => one !== '').join(BETWEEN))
  }
  return flags
}

/** Engine flags that people give, against the flags of the versions that there are. */
import { advice, setting } from '../advice.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { presetFlags } from '../catalog/preset-flags.ts'
import type { FlagTable, ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import { imagesOf, newestFirst } from '../placement/choose-image.ts'
import type { PlanWarning } from '../problem.ts'
import type { Scalar } from '../workspace/spec.ts'
import type { Engine, EngineArgs, FlagProblem } from './engine.ts'
import type { PlanOverrides } from './types.ts'

/** Names as the engine spells them. Later maps win. */
export function mergeEngineArgs(engine: Engine, ...maps: readonly EngineArgs[]): Record<string, Scalar> {
  const entries = maps.flatMap((map) => Object.entries(map))
  return Object.fromEntries(entries.map(([name, value]) => [engine.flagName(name), value]))
}

/** Of the versions that there are images of, the newest first. */
export function tablesOf({ id }: Engine, { images, flagsOf }: Catalog): FlagTable[] {
  const versions = new Set(newestFirst(imagesOf(images, id)).map(({ version }) => version))
  return [...versions].flatMap((version) => flagsOf(id, version) ?? [])
}

/** What is given as flags, the later over the earlier, and what is wrong with it. */
interface FlagCheck {
  /** As the version that is to run has them. */
  args: EngineArgs
  errors: KaitoError[]
  warnings: PlanWarning[]
}

/**
 * Each problem by itself. Of an image that is not the catalogue's, the flags are not known: then what looks wrong is a
 * warning.
 * @param args names as `mergeEngineArgs` spells them.
 */
function flagCheck(engine: Engine, given: EngineArgs, table: FlagTable, isOwnImage: boolean): FlagCheck {
  const { args, told } = isOwnImage ? { args: given, told: [] } : engine.upToDate(given, table)
  const { settled, wrong } = engine.checkFlags(args, table)
  return {
    args,
    errors: (isOwnImage ? settled : [...settled, ...wrong]).map((each) => cannotStart(engine, each, table)),
    warnings: [...(isOwnImage ? wrong : []), ...told].map((each) => warningOf(engine, each, table)),
  }
}

/** What every version of them refuses; which one it is going to be is not known before the machine is. */
export function flagErrors(
  engine: Engine,
  args: EngineArgs,
  tables: readonly FlagTable[],
  isOwnImage: boolean,
): KaitoError[] {
  const answers = tables.map((table) => flagCheck(engine, args, table, isOwnImage).errors)
  return answers.some((errors) => errors.length === 0) ? [] : (answers[0] ?? [])
}

/** The flags as this version has them. Throws USAGE for the first that it does not take. */
export function checkEngineFlags(
  engine: Engine,
  args: EngineArgs,
  table: FlagTable,
  isOwnImage: boolean,
): Pick<FlagCheck, 'args' | 'warnings'> {
  const check = flagCheck(engine, args, table, isOwnImage)
  throwAll(check.errors)
  return check
}

/** One flag in two spellings: which of them is meant is not ours to guess. */
export function twiceErrors(engine: Engine, args: EngineArgs): KaitoError[] {
  const names = Object.keys(args)
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => engine.flagName(other) === engine.flagName(name))
    if (twin === undefined) return []
    const message = `${name} and ${twin} are two spellings of one flag.`
    const hint = advice`Keep one of the two: ${setting('engineArg', `${twin}=${args[twin]}`)} or ${setting('engineArg', `${name}=${args[name]}`)}`
    return [new KaitoError({ code: 'USAGE', phase: 'plan', message, hint, input: { flag: engine.flagName(name) } })]
  })
}

/** The context length is a setting of kaito's own; the engine's flag beside it is the same again. */
export function lengthTwiceErrors(
  { flagName, spelling }: Engine,
  { engineArgs = {}, maxModelLen }: Pick<PlanOverrides, 'engineArgs' | 'maxModelLen'>,
): KaitoError[] {
  const [flag, value] = Object.entries(engineArgs).find(([name]) => flagName(name) === spelling.contextLength) ?? []
  if (maxModelLen === undefined || flag === undefined || Number(value) === maxModelLen) return []
  const message = `The context length is given twice: ${maxModelLen} and ${value}.`
  const hint = advice`Keep one of the two: ${setting('maxModelLen', maxModelLen)} or ${setting('engineArg', `${flag}=${value}`)}`
  return [new KaitoError({ code: 'USAGE', phase: 'plan', message, hint, input: { flag: spelling.contextLength } })]
}

/** Throws SPEC_INVALID where the flags that belong to the model are not those of the version that is to serve it. */
export function refusePresetFlags(engine: Engine, model: ModelPreset, table: FlagTable): void {
  const { wrong } = engine.checkFlags(presetFlags(model, engine.configSection), table)
  if (wrong.length === 0) return
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'plan',
    message: `${table.engine} ${table.version} cannot be started with the flags of the preset ${model.name}: ${wrong.map(({ says }) => says).join('; ')}`,
    hint: `Fix them in its section ${engine.configSection}.`,
  })
}

/** The first, with the others as its details. */
export function throwAll(errors: readonly KaitoError[]): void {
  const [first, ...others] = errors
  if (first === undefined) return
  throw others.length === 0
    ? first
    : first.with({ details: [...first.details, ...others.map(({ message }) => message)] })
}

function cannotStart(engine: Engine, { flag, says, hint }: FlagProblem, { version }: FlagTable): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `${engine.title} ${version}: ${says}.`,
    hint: hint ?? advice`Fix it in ${setting('engineArg')} or in the ConfigMap of inference.config.`,
    input: { flag },
  })
}

function warningOf(engine: Engine, { flag, says }: FlagProblem, { version }: FlagTable): PlanWarning {
  return { code: 'engine-flag', message: `${says} (as of ${engine.title} ${version})`, about: { flag } }
}

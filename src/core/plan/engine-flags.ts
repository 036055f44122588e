/** Engine flags that people give, against the flags of the versions that there are. */
import { advice, setting } from '../advice.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { presetFlags } from '../catalog/preset-flags.ts'
import type { FlagTable, ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import { imagesOf, newestFirst } from '../placement/choose-image.ts'
import type { PlanWarning } from '../problem.ts'
import type { Scalar } from '../workspace/spec.ts'
import type { Engine, EngineArgs, FlagAnswer } from './engine.ts'

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

/**
 * Throws USAGE with every problem. Of an image that is not the catalogue's, the flags are not known: then what looks
 * wrong is a warning.
 * @param args names as `mergeEngineArgs` spells them.
 */
export function checkEngineFlags(
  engine: Engine,
  args: EngineArgs,
  table: FlagTable,
  isOwnImage: boolean,
): PlanWarning[] {
  const { settled, wrong } = engine.checkFlags(args, table)
  const problems = isOwnImage ? settled : [...settled, ...wrong]
  if (problems.length > 0) throw cannotStart(table, problems)
  return wrong.map((message) => ({
    code: 'engine-flag',
    message: `${message} (as of ${table.engine} ${table.version})`,
  }))
}

/** Throws SPEC_INVALID where the flags that belong to the model are not those of the version that is to serve it. */
export function refusePresetFlags(engine: Engine, model: ModelPreset, table: FlagTable): void {
  const { wrong } = engine.checkFlags(presetFlags(model, engine.configSection), table)
  if (wrong.length === 0) return
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'plan',
    message: `${table.engine} ${table.version} cannot be started with the flags of the preset ${model.name}: ${wrong.join('; ')}`,
    hint: `Mend them in its section ${engine.configSection}.`,
  })
}

/** What every version of them refuses; which one it is going to be is not known before the machine is. */
export function refuseFlags(engine: Engine, args: EngineArgs, tables: readonly FlagTable[], isOwnImage: boolean): void {
  const refused = ({ settled, wrong }: FlagAnswer): string[] => (isOwnImage ? settled : [...settled, ...wrong])
  const answers = tables.map((table) => ({ table, problems: refused(engine.checkFlags(args, table)) }))
  const [newest] = answers
  if (newest === undefined || answers.some(({ problems }) => problems.length === 0)) return
  throw cannotStart(newest.table, newest.problems)
}

function cannotStart({ engine, version }: FlagTable, problems: readonly string[]): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `${engine} ${version} cannot be started with these flags: ${problems.join('; ')}`,
    hint: advice`Mend them in ${setting('engineArg')} or in the ConfigMap of inference.config.`,
  })
}

/** Engine flags that people give, against the flags that the engine of the catalogue has. */
import type { Catalog } from '../catalog/catalog.ts'
import type { EngineFlag } from '../catalog/schema.ts'
import { closest } from '../closest.ts'
import { KaitoError } from '../errors.ts'
import type { PlanWarning } from '../problem.ts'
import type { Scalar } from '../workspace/spec.ts'

/** What kaito sets itself, because other objects depend on it, and what to do instead. */
const SETTLED: Readonly<Record<string, string>> = {
  model: 'name the model as preset or argument',
  host: 'the pod listens on all of its addresses',
  port: 'the Service leads to the port that kaito sets',
  uds: 'the Service leads to a port, not to a socket',
  'api-key': 'arguments can be read in the pod and in process lists: set VLLM_API_KEY from a Secret',
  'hf-token': 'arguments can be read in the pod and in process lists: name a Secret with --model-access-secret',
  'ssl-keyfile': 'probes and the Service speak plain HTTP inside the cluster: end TLS in front of it',
  'ssl-certfile': 'probes and the Service speak plain HTTP inside the cluster: end TLS in front of it',
}

/**
 * Throws USAGE with every problem. Of an image that is not the catalogue's, the flags are not known: then what looks
 * wrong is a warning.
 * @param args names without dashes, as `mergeEngineArgs` spells them.
 */
export function checkEngineFlags(
  args: Readonly<Record<string, Scalar>>,
  catalog: Catalog,
  isOwnImage: boolean,
): PlanWarning[] {
  const [image] = catalog.images
  const engine = image === undefined ? undefined : catalog.flagsOf(image.engine, image.version)
  if (engine === undefined) return []
  const settled = Object.keys(args).flatMap((name) =>
    SETTLED[name] === undefined ? [] : [`--${name}: ${SETTLED[name]}`],
  )
  const wrong = Object.entries(args).flatMap(([name, value]) => problemOf(name, value, engine.flags) ?? [])
  const problems = isOwnImage ? settled : [...settled, ...wrong]
  if (problems.length > 0) {
    throw new KaitoError({
      code: 'USAGE',
      phase: 'plan',
      message: `${engine.engine} ${engine.version} cannot be started with these flags: ${problems.join('; ')}`,
      hint: 'Mend them in --engine-arg or in the ConfigMap of inference.config.',
    })
  }
  return wrong.map((message) => ({
    code: 'engine-flag',
    message: `${message} (as of ${engine.engine} ${engine.version})`,
  }))
}

function problemOf(name: string, value: Scalar, flags: Readonly<Record<string, EngineFlag>>): string | undefined {
  const negated = flags[name] === undefined && name.startsWith('no-') ? flags[name.slice(3)] : undefined
  // `--compilation-config.mode=3` sets one key of a flag that takes JSON.
  const flag = negated ?? flags[name] ?? flags[name.split('.')[0] ?? '']
  if (flag === undefined) {
    const near = closest(name, Object.keys(flags), 3).map((other) => `--${other}`)
    return `there is no flag --${name}${near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`}`
  }
  if (name.includes('.')) return undefined
  return valueProblem(name, value, flag.kind === 'alias' ? (flags[flag.of] ?? flag) : flag)
}

function valueProblem(name: string, value: Scalar, flag: EngineFlag): string | undefined {
  const isBare = value === true || value === false
  switch (flag.kind) {
    case 'switch':
      return isBare ? undefined : `--${name} takes no value: write it bare, or --no-${name}`
    case 'flag':
      return value === true ? undefined : `--${name} takes no value: write it bare, or leave it out`
    case 'integer':
      return !isBare && Number.isInteger(Number(value)) && value !== ''
        ? undefined
        : `--${name} takes a whole number, not "${value}"`
    case 'number':
      return !isBare && Number.isFinite(Number(value)) && value !== ''
        ? undefined
        : `--${name} takes a number, not "${value}"`
    case 'choice':
      return flag.choices.includes(String(value))
        ? undefined
        : `--${name} takes one of ${flag.choices.join(', ')}, not "${value}"`
    default:
      return isBare ? `--${name} needs a value` : undefined
  }
}

/** What else holds for every file of src: each rule takes the sources and tells, in a sentence each, what breaks it. */
import { dirname, join, normalize } from 'node:path'
import type { Source } from '../../scripts/rooms/source.ts'

export type HouseRule = (sources: readonly Source[]) => string[]

const inRooms = (sources: readonly Source[], rooms: readonly string[]): Source[] =>
  sources.filter(({ path }) => rooms.includes(path.split('/')[0] ?? ''))

/** Pure rooms, and the pipeline, whose effects all go through its ports. */
const WITHOUT_GLOBALS = ['core', 'render', 'runtimes', 'pipeline']
const GLOBALS =
  /^(process(\.|$)|Date\.now|new Date\(\)|Math\.random|performance\.|(setTimeout|setInterval|setImmediate|fetch)$)/

export const pureOfGlobals: HouseRule = (sources) =>
  inRooms(sources, WITHOUT_GLOBALS).flatMap(({ path, names }) =>
    names
      .filter((name) => GLOBALS.test(name))
      .slice(0, 1)
      .map((name) => `src/${path}: uses ${name}: take it from the ports or as an argument`),
  )

const HASHING = /import\s*\{\s*createHash\s*\}\s*from\s*'node:crypto'/

/** Of node:crypto only hashing is a pure function. */
export const hashesOnly: HouseRule = (sources) =>
  inRooms(sources, [...WITHOUT_GLOBALS, 'cluster'])
    .filter(({ imports, text }) => imports.has('node:crypto') && !HASHING.test(text))
    .map(({ path }) => `src/${path}: takes more than createHash from node:crypto: hand the value in`)

const MAX_LINES = 250

export const shortFiles: HouseRule = (sources) =>
  sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `src/${path}: ${lines} lines, at most ${MAX_LINES}: split it by subject`)

const BANNED_NAMES = /(^|\/)(utils?|helpers?|common|misc|shared|manager|service|base)(\.ts$|\/)/

export const tellingNames: HouseRule = (sources) =>
  sources
    .filter(({ path }) => BANNED_NAMES.test(path))
    .map(({ path }) => `src/${path}: a drawer for everything: name it after what it holds`)

const MAX_FILES = 20

export const smallFolders: HouseRule = (sources) => {
  const folders = Map.groupBy(sources, ({ path }) => dirname(path))
  return [...folders]
    .filter(([, files]) => files.length > MAX_FILES)
    .map(
      ([folder, files]) => `src/${folder}: ${files.length} files side by side, at most ${MAX_FILES}: a folder a noun`,
    )
}

const MAX_MEDIAN = 10

export const shortFunctions: HouseRule = (sources) => {
  const lengths = sources.flatMap(({ functions }) => functions).sort((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0
  return median > MAX_MEDIAN ? [`half of all functions have ${median} lines or more, at most ${MAX_MEDIAN}`] : []
}

const SDKS = /^(@kubernetes\/client-node|@azure\/[^/]+|@aws-sdk\/[^/]+|@google-cloud\/[^/]+)/
/** Without `type` and not in a call: what is loaded when the file is. */
const STATIC = /^(?:import|export)\s+(?!type\s)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** From the first file on, no SDK is loaded before it is needed. */
export const lazySdks: HouseRule = (sources) => {
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const trails = new Map<string, string[]>()
  const load = (path: string, trail: string[]): void => {
    if (trails.has(path)) return
    trails.set(path, [...trail, path])
    for (const [, specifier = ''] of texts.get(path)?.matchAll(STATIC) ?? []) {
      load(targetOf(path, specifier), [...trail, path])
    }
  }
  load('cli/main.ts', [])
  const loaded = [...trails].filter(([name]) => SDKS.test(name))
  return loaded.map(([, trail]) => `${trail.join(' → ')}: import() it where it is first used`)
}

/** The file below src that an import leads to, or the package. */
function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier
}

/** The house rules of ARCHITECTURE.md, held by a test: each failure names the rule, the file and the fix. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

interface Room {
  /** Prefixes of `#…` that may be imported; a room may always import itself. */
  rooms: readonly string[]
  packages?: readonly string[]
  node?: readonly string[] | 'any'
}

/** The ports, and the protocols that are written against a port and know no SDK. */
const PORTS = ['#clouds/cloud.ts', '#hub/hub.ts', '#cluster/cluster.ts', '#endpoint/endpoint.ts']
const PROTOCOLS = ['#cluster/', '#endpoint/conversation.ts', '#endpoint/probe.ts']
const AZURE = ['@azure/arm-containerservice', '@azure/arm-compute', '@azure/identity']

/** The sandbox's door, its table of drills, and its process. */
const SANDBOX = ['#sandbox/client.ts', '#sandbox/drills.ts', '#sandbox/paths.ts', '#sandbox/process/serve.ts']

/** Who may import what. A folder of `clouds/` that is not listed gets the row of `clouds/*`. */
const ROOMS: Readonly<Record<string, Room>> = {
  cli: {
    rooms: [
      '#cli/',
      '#clouds/index.ts',
      '#core/',
      '#data/',
      '#hub/client.ts',
      '#sandbox/hub.ts',
      '#kube/connect.ts',
      '#kube/access/kubeconfig.ts',
      '#kube/access/proxy-agent.ts',
      '#pipeline/',
      ...SANDBOX,
      '#std/',
      '#ui/',
    ],
    packages: ['@bomb.sh/tab', 'commander'],
    node: 'any',
  },
  'cli/commands': {
    rooms: ['#cli/', '#core/', '#data/', '#pipeline/', ...SANDBOX],
    packages: ['commander'],
  },
  core: { rooms: [], packages: ['yaml', 'zod'], node: ['node:crypto'] },
  render: { rooms: ['#core/', '#runtimes/index.ts'], packages: ['json-e', 'rfc6902'], node: ['node:crypto'] },
  runtimes: { rooms: ['#core/'] },
  clouds: { rooms: ['#core/'] },
  'clouds/*': { rooms: ['#clouds/cloud.ts', '#core/', '#std/'], node: 'any' },
  'clouds/azure': { rooms: ['#clouds/cloud.ts', '#core/', '#std/'], packages: AZURE, node: 'any' },
  cluster: { rooms: ['#core/', '#std/'], packages: ['diff', 'yaml'], node: ['node:crypto'] },
  kube: { rooms: ['#core/', '#std/', '#cluster/'], packages: ['@kubernetes/client-node', 'ws', 'yaml'], node: 'any' },
  endpoint: { rooms: ['#core/', '#std/'] },
  hub: { rooms: ['#core/'], node: ['node:http', 'node:https'] },
  data: {
    rooms: ['#core/', '#core/objects/template-set.ts'],
    packages: ['yaml'],
    node: ['node:fs', 'node:path', 'node:url'],
  },
  pipeline: {
    rooms: ['#core/', '#render/', '#std/', ...PORTS, ...PROTOCOLS],
    node: ['node:crypto', 'node:zlib'],
  },
  sandbox: { rooms: ['#core/', '#hub/hub.ts'], packages: ['ws', 'yaml'], node: 'any' },
  ui: { rooms: ['#core/'], packages: ['chalk', 'ora', 'wrap-ansi', 'yaml'] },
  std: { rooms: [], node: ['node:timers/promises'] },
}

/** Pure rooms, and the pipeline, whose effects all go through its ports. */
const WITHOUT_GLOBALS = ['core', 'render', 'runtimes', 'pipeline']
const GLOBALS = /\b(process\.|Date\.now\(|new Date\(\)|setTimeout\(|setInterval\(|Math\.random\(|fetch\()/
/** Of node:crypto only hashing is a pure function. */
const PURE_CRYPTO = /import\s*\{\s*createHash\s*\}\s*from\s*'node:crypto'/

const MAX_LINES = 250
/** Tables of rows may be longer. */
const LONG_TABLES: readonly string[] = ['core/error-table.ts']
const BANNED_NAMES = /^(utils?|helpers?|common|misc|manager|service|base)\.ts$/

interface Import {
  specifier: string
  /** `type` vanishes when the file is run, `dynamic` is loaded on first use. */
  form: 'static' | 'type' | 'dynamic'
}

interface Source {
  /** Below src/: `core/errors.ts`. */
  path: string
  room: string
  text: string
  /** Without comments, and without what stands in strings. */
  code: string
  imports: Import[]
}

const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map(readSource)

function readSource(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8')
  const bare = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
  return { path, room: roomOf(path), text, code: bare.replace(/'(?:[^'\\\n]|\\.)*'/g, "''"), imports: importsOf(bare) }
}

function roomOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/')
  const isNested = rest.length > 0 && (top === 'clouds' || (top === 'cli' && second === 'commands'))
  return isNested ? `${top}/${second}` : top
}

function importsOf(text: string): Import[] {
  const fixed = [...text.matchAll(/^(?:import|export)\s+(?:(type)\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)]
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)]
  return [
    ...fixed.map(([, type, specifier = '']): Import => ({ specifier, form: type === undefined ? 'static' : 'type' })),
    ...dynamic.map(([, specifier = '']): Import => ({ specifier, form: 'dynamic' })),
  ]
}

/** The file below src/ that an import leads to, or undefined for packages. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : undefined
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const rowOf = (room: string): Room | undefined =>
  ROOMS[room] ?? (room.startsWith('clouds/') ? ROOMS['clouds/*'] : undefined)

/** Why `source` may not import `specifier`, or undefined when it may. */
function refusal(source: Source, { specifier, form }: Import): string | undefined {
  const row = rowOf(source.room)
  if (row === undefined) return `src/${source.room} is not a room: add a row to ROOMS here and to ARCHITECTURE.md`
  if (specifier.startsWith('node:')) {
    const isAllowed = row.node === 'any' || row.node?.includes(specifier) === true
    return isAllowed ? undefined : `${source.room} does not touch ${specifier}: hand the value in, or go through a port`
  }
  const target = targetOf(source.path, specifier)
  if (target === undefined) {
    const isAllowed = row.packages?.includes(packageOf(specifier)) === true
    return isAllowed ? undefined : `${specifier} has another owner, or none: use it where the table of ROOMS says`
  }
  if (specifier.startsWith('.') && target.split('/')[0] !== source.path.split('/')[0]) {
    return `${specifier} leaves its room: write #${target}`
  }
  if (roomOf(target) === source.room || row.rooms.some((prefix) => `#${target}`.startsWith(prefix))) return undefined
  // A table of members loads each of them on first use.
  if (form === 'dynamic' && source.path.endsWith('/index.ts') && target.startsWith(`${source.room}/`)) return undefined
  if (specifier.startsWith('.') && source.room === 'cli' && roomOf(target) === 'cli/commands') return undefined
  return `${source.room} may not import #${target}: it may import ${row.rooms.join(', ') || 'nothing but itself'}`
}

/** Everything that is loaded, without delay, when `path` is; packages by name. */
function reachable(path: string, seen: Map<string, string[]> = new Map(), trail: string[] = []): Map<string, string[]> {
  if (seen.has(path)) return seen
  const here = [...trail, path]
  seen.set(path, here)
  for (const { specifier, form } of sources.find((source) => source.path === path)?.imports ?? []) {
    if (form !== 'static') continue
    reachable(targetOf(path, specifier) ?? packageOf(specifier), seen, here)
  }
  return seen
}

describe('the house', () => {
  it('imports point one way, and every package has one owner', () => {
    const found = sources.flatMap((source) =>
      source.imports.flatMap((each) => {
        const why = refusal(source, each)
        return why === undefined ? [] : [`src/${source.path}: ${why}`]
      }),
    )
    expect(found).toEqual([])
  })

  it('core, render, runtimes and pipeline know no time, no randomness, no environment and no network', () => {
    const found = sources
      .filter(({ room }) => WITHOUT_GLOBALS.includes(room))
      .flatMap(({ path, code, text }) => {
        const used = GLOBALS.exec(code)?.[1]
        const isImpure = text.includes("'node:crypto'") && !PURE_CRYPTO.test(text)
        return [
          ...(used === undefined ? [] : [`src/${path}: uses ${used}…: take it from the ports or as an argument`]),
          ...(isImpure ? [`src/${path}: takes more than createHash from node:crypto: hand the value in`] : []),
        ]
      })
    expect(found).toEqual([])
  })

  it('no file imports itself round a corner', () => {
    const found = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ form }) => form === 'static')
        .flatMap(({ specifier }) => {
          const trail = reachable(targetOf(path, specifier) ?? specifier).get(path)
          return trail === undefined ? [] : [`${[path, ...trail].join(' → ')}: move what both need into a third file`]
        }),
    )
    expect(found).toEqual([])
  })

  it('no SDK is loaded before it is needed', () => {
    const sdks = ['@kubernetes/client-node', ...AZURE]
    const found = [...reachable('cli/main.ts')].filter(
      ([name]) => sdks.includes(name) || /^(@aws-sdk|@google-cloud)\//.test(name),
    )
    expect(found.map(([, trail]) => `${trail.join(' → ')}: import() it where it is first used`)).toEqual([])
  })

  it('files are short and named after what they hold', () => {
    const found = sources.flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1
      const isLong = lines > MAX_LINES && !LONG_TABLES.includes(path)
      const isBanned = BANNED_NAMES.test(path.split('/').at(-1) ?? '')
      return [
        ...(isLong ? [`src/${path}: ${lines} lines, at most ${MAX_LINES}: split it by subject`] : []),
        ...(isBanned ? [`src/${path}: a drawer for everything: name it after its main export`] : []),
      ]
    })
    expect(found).toEqual([])
  })
})

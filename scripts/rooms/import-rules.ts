/** The table of rooms as rules of dependency-cruiser, with the rules that hold for all of src. */
import type { IForbiddenRuleType } from 'dependency-cruiser'
import type { Room } from './table/room.ts'

/** Where each folder is one whole thing, and a registry names them all. */
const REGISTRIES = '^src/(clouds|runtimes|sandbox/clouds|sandbox/engines)'

/** Beside the rows: what holds wherever a file stands. */
const EVERYWHERE: readonly IForbiddenRuleType[] = [
  {
    name: 'no circles',
    comment:
      'Two files that need each other are one thought in two places: move what both need into a third. Type imports count.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'members by their registry',
    comment: 'A cloud or an engine is asked for by its id: only the registry beside it, index.ts, imports its folder.',
    from: { pathNot: [`${REGISTRIES}/index\\.ts$`, `${REGISTRIES}/[^/]+/`] },
    to: { path: `${REGISTRIES}/[^/]+/` },
  },
  {
    name: 'nothing missing',
    comment: 'What cannot be resolved cannot be checked either: mend the path, or add the package.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'relative at home',
    comment: 'Inside its own folder of src a file is named relatively, so that the folder can move: not #room/file.ts.',
    from: { path: '^src/([^/]+)/' },
    to: { path: '^src/$1/', dependencyTypes: ['aliased-subpath-import'] },
  },
  {
    name: 'by its room elsewhere',
    comment: 'An import that leaves its folder of src says where it goes: #room/file.ts.',
    from: { path: '^src/([^/]+)/' },
    to: { path: '^src/', pathNot: '^src/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
  },
]

/** Every rule is an error: what stands in the baseline is excused by name, and nothing else is. */
export function importRules(rooms: readonly Room[]): IForbiddenRuleType[] {
  const rows = rooms.map((room) => rowRule(room, rooms))
  return [...rows, homeless(rooms), ...EVERYWHERE].map((rule) => ({ ...rule, severity: 'error' }))
}

function rowRule(room: Room, rooms: readonly Room[]): IForbiddenRuleType {
  const { rooms: others, packages = [], node = [], because } = room
  const own = folderOf(room.path)
  const nested = rooms.map(({ path }) => path).filter((path) => path.startsWith(`${room.path}/`))
  const within = nested.map((path) => `${folderOf(path).pattern}/`)
  const allowed = [
    `^src/${own.again}/${notBelow(room.path, nested)}`,
    ...others.map(placePattern),
    ...packages.map((name) => `^node_modules/${name}/`),
    ...(node === 'any' ? [] : node.map((name) => `^${name}$`)),
  ]
  return {
    name: room.path,
    comment: `${because} It may import ${mayImport(room)}.`,
    from: { path: `^src/${own.pattern}/`, ...(within.length > 0 && { pathNot: within.map((path) => `^src/${path}`) }) },
    to: { pathNot: allowed, ...(node === 'any' && { dependencyTypesNot: ['core'] }) },
  }
}

/** `clouds/<cloud>` as a pattern, and what it matched, for the other end of the import. */
function folderOf(path: string): { pattern: string; again: string } {
  const members = /^(.*)\/<\w+>$/.exec(path)?.[1]
  return members === undefined
    ? { pattern: path, again: path }
    : { pattern: `${members}/([^/]+)`, again: `${members}/$1` }
}

/** A room is not what stands in rooms of their own below it. */
function notBelow(path: string, nested: readonly string[]): string {
  const names = nested.map((each) => each.slice(path.length + 1))
  if (names.some((name) => name.startsWith('<'))) return '[^/]+$'
  return names.length === 0 ? '' : `(?!(${names.join('|')})/)`
}

function placePattern(place: string): string {
  if (place.endsWith('/')) return `^src/${place}`
  return place.endsWith('/*') ? `^src/${place.slice(0, -1)}[^/]+$` : `^src/${place}$`
}

/** What a row lists, as a reader wants it. */
export function mayImport({ rooms, packages = [], node = [] }: Room): string {
  const modules = node === 'any' ? ['any module of Node'] : node.map((name) => `node:${name}`)
  return [...rooms, ...packages, ...modules].join(', ') || 'nothing but itself'
}

/** A new folder has no row yet, and without one it could import what it likes. */
function homeless(rooms: readonly Room[]): IForbiddenRuleType {
  const tops = [...new Set(rooms.map(({ path }) => path.split('/')[0]))]
  return {
    name: 'every file in a room',
    comment: 'This folder has no row in scripts/rooms/table: say there what it is and what it may import.',
    from: { path: `^src/(?!(${tops.join('|')})/)` },
    to: {},
  }
}

/**
 * Holds src to the table of rooms and to the rules of names: `npm run rooms`. What breaks them today stands in two lists, which
 * `npm run rooms -- --shrink` makes shorter and nothing makes longer.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruiseRooms, importsTold, type Known, shrunkImports, unseen } from './rooms/imports.ts'
import { type Counts, countNames, namesTold, shrunk } from './rooms/known-names.ts'
import { nameRules } from './rooms/names.ts'
import { readSources } from './rooms/source.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const KNOWN_IMPORTS = join(ROOT, '.dependency-cruiser-known-violations.json')
const KNOWN_NAMES = join(ROOT, '.known-names.json')

const knownImports: Known = JSON.parse(readFileSync(KNOWN_IMPORTS, 'utf8'))
const knownNames: Counts = JSON.parse(readFileSync(KNOWN_NAMES, 'utf8'))
const sources = readSources(ROOT)
const rules = nameRules(sources)
const cruised = await cruiseRooms(ROOT, knownImports)
const found = countNames(sources, rules)

if (process.argv.includes('--shrink')) {
  writeFileSync(KNOWN_IMPORTS, await shrunkImports(ROOT, knownImports))
  writeFileSync(KNOWN_NAMES, `${JSON.stringify(shrunk(knownNames, found), null, 2)}\n`)
} else {
  const wrong = [...unseen(sources, cruised), ...importsTold(cruised), ...namesTold(knownNames, found, rules)]
  const excused = cruised.summary.ignore + Object.values(found).flatMap((files) => Object.values(files)).length
  const seen = `${sources.length} files, ${cruised.summary.totalDependenciesCruised} imports`
  process.stdout.write(
    [...wrong, `${seen}: ${wrong.length} wrong, ${excused} excused`].map((line) => `${line}\n`).join(''),
  )
  process.exitCode = wrong.length > 0 ? 1 : 0
}

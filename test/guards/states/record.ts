/** Records states, or what each command says of those that are there: `node test/guards/states/record.ts states|verdicts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { openPool } from './cli.ts'
import { deleting } from './moments/deleting.ts'
import { deploying } from './moments/deploying.ts'
import { failing } from './moments/failing.ts'
import { standing } from './moments/standing.ts'
import { stateNames } from './state.ts'
import { type Verdicts, verdictsOn } from './verdict.ts'

const FOLDER = new URL('../../fixtures/guards/', import.meta.url)

async function recordStates(): Promise<void> {
  mkdirSync(new URL('states/', FOLDER), { recursive: true })
  for (const play of [deploying, failing, deleting, standing]) await play()
}

async function recordVerdicts(): Promise<void> {
  const pool = openPool(6)
  const verdicts: Record<string, Verdicts> = {}
  const each = stateNames().map((name) => pool.with(async (cli) => (verdicts[name] = await verdictsOn(name, cli))))
  await Promise.all(each).finally(pool.close)
  const sorted = Object.fromEntries(stateNames().map((name) => [name, verdicts[name]]))
  writeFileSync(new URL('verdicts.json', FOLDER), `${JSON.stringify(sorted, null, 1)}\n`)
}

await (process.argv[2] === 'states' ? recordStates() : recordVerdicts())

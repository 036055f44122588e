/** Advice names settings; each must be a flag that there is, spelled as the command line has it. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '#cli/program.ts'
import { processIo } from '#cli/terminal/io.ts'
import { SHIPPED } from '#cli/wiring/registries.ts'
import { advice, setting } from '#core/advice.ts'
import { readSources } from '../../scripts/rooms/source.ts'
import { said } from '../support/said.ts'

const sources = readSources(fileURLToPath(new URL('../..', import.meta.url)))
const named = sources.flatMap(({ text }) => [
  ...[...text.matchAll(/\bsetting\('(\w+)'/g)].map(([, name = '']) => name),
  ...[...text.matchAll(/\bkaito\('\w+', \{[^}]*settings: \{ (\w+):/g)].map(([, name = '']) => name),
])
const program = await buildProgram({ io: processIo(), registries: async () => SHIPPED, finish: () => undefined })
const flags = new Map(
  [program, ...program.commands].flatMap(({ options }) =>
    options.filter(({ negate, hidden }) => !negate && !hidden).map((option) => [option.attributeName(), option]),
  ),
)

describe('settings in advice', () => {
  it('are many', () => expect(named.length).toBeGreaterThan(40))

  it.each([...new Set(named)].filter((name) => name !== 'help').sort())('%s is a flag, and spelled so', (name) => {
    const { short, long } = flags.get(name) ?? {}
    expect([short, long]).toContain(said(advice`${setting(name)}`))
  })
})

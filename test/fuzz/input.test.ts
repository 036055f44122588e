/** Files that went wrong in ten ways: an answer with a line or a plan, never a stack, never a hang. In one process: hundreds of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKaito } from '#cli/main.ts'
import type { Io } from '#cli/terminal/io.ts'
import { SHIPPED } from '#cli/wiring/registries.ts'
import { catalogOf } from '#core/catalog/in-memory.ts'
import { readPresets } from '#data/preset-files.ts'
import { createRedactor } from '#ui/text/redact.ts'
import { MUTATIONS, type Mutation, RANDOM } from './mutations.ts'

const FOLDER = fileURLToPath(new URL('../fixtures/workspaces/', import.meta.url))
const SEEDS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readFileSync(`${FOLDER}${name}`, 'utf8'))
/** Most of the others are wrong already. */
const SOUND = ['seed.yaml', 'input/everything.yaml'].map((name) => readFileSync(`${FOLDER}${name}`, 'utf8'))
/** Each kind, so many times: the same ones in every run, unless told otherwise. */
const RUNS = 70
const SEED = Number(process.env['KAITO_FUZZ_SEED'] ?? 20_261_126)
const PATIENCE_MS = 20_000

const catalog = catalogOf(readPresets(fileURLToPath(new URL('../../presets', import.meta.url)), SHIPPED.engines))
const main = createKaito(async () => ({ ...SHIPPED, data: { ...SHIPPED.data, catalog: async () => catalog } }))

async function kaito(argv: readonly string[], text: string) {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(text)
  const io = {
    stdin: () => stdin,
    stdout,
    stderr,
    env: {},
    redact: createRedactor({}),
    onInterrupt: () => () => undefined,
  }
  const started = performance.now()
  const code = await main(argv, io as unknown as Io)
  const said = `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}`
  return { code, said, took: performance.now() - started }
}

type Answer = Awaited<ReturnType<typeof kaito>>

function expectSane({ code, said, took }: Answer): void {
  expect([0, 2, 3, 5], said).toContain(code)
  expect(said).not.toMatch(/^\s+at .*[(:]|node:internal|\[INTERNAL\]|"INTERNAL"/m)
  expect(took).toBeLessThan(PATIENCE_MS)
}

const PLACE = /^<stdin>(:\d+:\d+)?: error: /m

/** lint, render and plan; the last finds no cluster, if it comes so far. */
async function answers(text: string): Promise<void> {
  const [lint, render, plan] = [
    await kaito(['lint', '-f', '-', '--cloud', 'azure'], text),
    await kaito(['render', '-f', '-', '--cloud', 'azure'], text),
    await kaito(['plan', '-f', '-', '--cloud', 'azure', '-o', 'json'], text),
  ]
  for (const answer of [lint, render, plan]) expectSane(answer)
  expect([0, 2]).toContain(lint.code)
  if (lint.code === 2) expect(lint.said).toMatch(PLACE)
  // What lint calls clean is rendered, and is no wrong input for plan.
  expect(render.code === 0, render.said).toBe(lint.code === 0)
  if (lint.code === 0) expect(plan.said).not.toMatch(/"code":"(SPEC_INVALID|UNKNOWN_MODEL|USAGE)"/)
}

describe(`files that went wrong, ${Object.keys(MUTATIONS).length * RUNS} of them`, () => {
  it('are of ten kinds, and at least 600', () => {
    expect(Object.keys(MUTATIONS)).toHaveLength(10)
    expect(Object.keys(MUTATIONS).length * RUNS).toBeGreaterThanOrEqual(600)
    expect(SEEDS.length).toBeGreaterThan(30)
  })

  it.each(Object.entries(MUTATIONS))(
    '%s: an error with its line, or a plan',
    { timeout: 180_000 },
    async (_kind, mutate: Mutation) => {
      const seed = fc.oneof(fc.constantFrom(...SOUND), fc.constantFrom(...SEEDS))
      await fc.assert(
        fc.asyncProperty(seed, RANDOM, async (text, random) => answers(mutate(text, random))),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      )
    },
  )
})

/** Files that went wrong in ten ways: an answer with a line or a plan, never a stack, never a hang. In one process: hundreds of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, inProcess } from '../support/in-process.ts'
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

const saidBy = ({ stdout, stderr }: Answer): string => `${stdout}${stderr}`

function expectSane(answer: Answer): void {
  const { code, tookMs } = answer
  const said = saidBy(answer)
  expect([0, 2, 3, 5], said).toContain(code)
  expect(said).not.toMatch(/^\s+at .*[(:]|node:internal|\[INTERNAL\]|"INTERNAL"/m)
  expect(tookMs).toBeLessThan(PATIENCE_MS)
}

const PLACE = /^<stdin>(:\d+:\d+)?: error: /m

/** lint, render and plan; the last finds no cluster, if it comes so far. */
async function answers(text: string): Promise<void> {
  const [lint, render, plan] = [
    await inProcess(['lint', '-f', '-', '--cloud', 'azure'], text),
    await inProcess(['render', '-f', '-', '--cloud', 'azure'], text),
    await inProcess(['plan', '-f', '-', '--cloud', 'azure', '-o', 'json'], text),
  ]
  for (const answer of [lint, render, plan]) expectSane(answer)
  expect([0, 2]).toContain(lint.code)
  if (lint.code === 2) expect(saidBy(lint)).toMatch(PLACE)
  // What lint calls clean is rendered, and is no wrong input for plan.
  expect(render.code === 0, saidBy(render)).toBe(lint.code === 0)
  if (lint.code === 0) expect(saidBy(plan)).not.toMatch(/"code":"(SPEC_INVALID|UNKNOWN_MODEL|USAGE)"/)
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

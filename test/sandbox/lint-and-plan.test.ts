/** lint and plan are of one mind: what lint calls clean is no wrong input for plan, which has a cluster to ask; and what plan refuses, lint has named. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeHub, startFakeHub } from '../emulators/hub/server.ts'
import { type Answer, inProcess } from '../support/in-process.ts'
import { INPUT, type Input } from './generated-input.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

/** The same ones in every run, unless told otherwise. */
const SEED = Number(process.env['KAITO_FUZZ_SEED'] ?? 20_261_126)
const IN_PROCESS = 300
const BUILT = 24

let sandbox: OwnSandbox
let hub: FakeHub
let env: Record<string, string>
beforeAll(async () => {
  sandbox = ownSandbox()
  const up = await sandbox.run(['sandbox', 'up'])
  expect(up.code, up.stderr).toBe(0)
  hub = await startFakeHub({ tokens: {}, gated: [] })
  const { armUrl } = sandbox.process()
  // Not by the sandbox's own way: that wants the built program.
  env = { KUBECONFIG: sandbox.file('kubeconfig'), KAITO_TEST_AZURE_ENDPOINT: armUrl, HF_ENDPOINT: hub.url, CI: 'true' }
})
afterAll(async () => {
  await hub.close()
  await sandbox.end()
})

type Ask = (
  args: readonly string[],
  input: Input,
) => Promise<Pick<Answer, 'stdout' | 'stderr'> & { code: number | null }>
const ask = (verb: string, { flags }: Input) => [verb, '-f', '-', '--cloud', 'azure', ...flags, '-o', 'json']

interface Told {
  code?: string
  problems?: readonly { severity: string; line?: number; rule: string; message: string }[]
}

/** The last line of stderr is the failure. */
function failureIn(stderr: string): Told {
  return JSON.parse(stderr.split('\n').findLast((line) => line.startsWith('{')) ?? '{}') as Told
}

function errorsIn({ problems = [] }: Told): string[] {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ line, rule, message }) => `${line} ${rule} ${message}`)
}

/** @returns whether lint called it clean. */
async function agree(run: Ask, input: Input): Promise<boolean> {
  const [lint, plan] = [await run(ask('lint', input), input), await run(ask('plan', input), input)]
  const linted = errorsIn(JSON.parse(lint.stdout) as Told)
  const planned = failureIn(plan.stderr)
  expect(lint.code).toBe(linted.length === 0 ? 0 : 2)
  if (lint.code === 0)
    expect(planned.code ?? 'none', plan.stderr).not.toMatch(/^(SPEC_INVALID|UNKNOWN_MODEL|USAGE|INTERNAL)$/)
  else expect(plan.code, plan.stderr).not.toBe(0)
  if (planned.code === 'SPEC_INVALID') expect(errorsIn(planned)).toEqual(linted)
  return lint.code === 0
}

async function agreeOften(run: Ask, numRuns: number): Promise<void> {
  let clean = 0
  const property = fc.asyncProperty(INPUT, async (input) => {
    if (await agree(run, input)) clean += 1
  })
  await fc.assert(property, { numRuns, seed: SEED, endOnFailure: true })
  // Enough of both.
  expect(clean / numRuns).toBeGreaterThan(0.2)
  expect(clean / numRuns).toBeLessThan(0.8)
}

describe('lint and plan agree on input as people write it', () => {
  it(`${IN_PROCESS} times in one process`, { timeout: 300_000 }, () =>
    agreeOften((args, { text }) => inProcess(args, text, env), IN_PROCESS),
  )

  it(`${BUILT} times as the built program`, { timeout: 300_000 }, () =>
    agreeOften((args, { text }) => sandbox.run(args, { stdin: text }), BUILT),
  )
})

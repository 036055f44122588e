/** Every example in `--help` is a command that parses, and every offline one runs. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, it } from 'vitest'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const COMMANDS = [
  'deploy',
  'scale',
  'plan',
  'diff',
  'lint',
  'render',
  'status',
  'wait',
  'endpoint',
  'chat',
  'logs',
  'delete',
  'sandbox',
  'init',
]
/** Nothing listens here: what needs a cluster must say so, with 5. */
const NOWHERE = `apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
clusters: [{ name: nowhere, cluster: { server: "http://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
`
const WORKSPACE = `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: mistral-7b
resource:
  instanceType: Standard_NC24ads_A100_v4
inference:
  preset:
    name: mistral-7b-instruct
`

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
  writeFileSync(join(dir, 'workspace.yaml'), WORKSPACE)
  writeFileSync(join(dir, 'kubeconfig'), NOWHERE)
  mkdirSync(join(dir, 'models'))
})

const run = (args: readonly string[]): Promise<Run> =>
  kaito(args, { cwd: dir, stdin: 'Hello', env: { KUBECONFIG: join(dir, 'kubeconfig'), XDG_STATE_HOME: dir } })

/** Splits as a shell does, as far as the examples need it. */
const wordsOf = (line: string): string[] => (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''))

describe.concurrent.each(COMMANDS)('kaito %s --help', (command) => {
  it('ends with three examples, and each runs as typed', async ({ expect }) => {
    const help = await run([command, '--help'])
    expect(help.code).toBe(0)
    expect(help.stderr).toBe('')
    const examples = help.stdout
      .split('\n')
      .filter((line) => line.startsWith('  kaito '))
      .map((line) => line.trim().slice('kaito '.length))
    expect(examples).toHaveLength(3)
    const isOffline = ['lint', 'render', 'sandbox', 'init'].includes(command)
    for (const example of examples) {
      const done = await run(wordsOf(example))
      expect(done.code, `kaito ${example}\n${done.stdout}${done.stderr}`).toBe(isOffline ? 0 : 5)
      if (!isOffline) expect(done.stderr).toContain('127.0.0.1:1')
    }
  })
})

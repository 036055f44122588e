/** Every command that the transcripts show is pasted into a shell: it does what it says, or finds nothing to do. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wordsOf } from '../cloud-tools/printed.ts'
import { faultsOf } from '../cloud-tools/tool-table.ts'
import { KAITO, type Run, runProgram } from '../support/run-kaito.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const HERE = new URL('.', import.meta.url)
/** Rows that end with something to copy, and what a status says of a workspace that is not ready. */
const ROW = /^ {2}(?:next|then|undo|ask it|open it|remove) +(.*)$/
const START = /(?:^|[:;] |\()((?:kaito|kubectl|az|aws|gcloud) .*)$/
/** Where the words around it go on. */
const END = /(?:; (?=[a-z])|\. (?=[A-Z])|, or |\?|\.$)/

function transcripts(): string[] {
  const screens = readdirSync(new URL('screens', HERE)).filter((name) => name.endsWith('.120.txt'))
  const drills = readdirSync(new URL('drills', HERE))
  return [...screens.map((name) => `screens/${name}`), ...drills.map((name) => `drills/${name}`)].map((name) =>
    readFileSync(new URL(name, HERE), 'utf8'),
  )
}

/** A row may hold several, and go on below: the command then has a line of its own. */
function commandsIn(text: string): string[] {
  const rows = text.split('\n').flatMap((line, index, lines) => {
    const row = ROW.exec(line)?.[1]
    if (row === undefined) return []
    const below = lines[index + 1] ?? ''
    return [row, ...(/^ {9}(?:kaito|kubectl|az) /.test(below) ? [below.trim()] : [])]
  })
  return rows.flatMap((row) => {
    const found: string[] = []
    for (let rest = row; ; ) {
      const command = START.exec(rest)?.[1]
      if (command === undefined) return found
      const end = command.search(END)
      found.push(end < 0 ? command : command.slice(0, end))
      if (end < 0) return found
      rest = command.slice(end)
    }
  })
}

let sandbox: OwnSandbox
let bin: string
let pod: string
beforeAll(async () => {
  sandbox = ownSandbox()
  bin = mkdtempSync(join(tmpdir(), 'kaito-bin-'))
  writeFileSync(join(bin, 'kaito'), `#!/bin/sh\nexec '${process.execPath}' '${KAITO}' "$@"\n`, { mode: 0o755 })
  const deployed = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])
  expect(deployed.code, deployed.stderr).toBe(0)
  const status = JSON.parse((await sandbox.run(['status', 'mistral-7b', '-o', 'json'])).stdout) as {
    workspaces: { objects: { ref: { kind: string; name: string } }[] }[]
  }
  pod = status.workspaces[0]?.objects.find(({ ref }) => ref.kind === 'Pod')?.ref.name ?? ''
})
afterAll(async () => {
  await sandbox.end()
  rmSync(bin, { recursive: true, force: true })
})

/** What goes on until Ctrl-C is ended once it has begun. */
function paste(command: string): Promise<Run> {
  const { KAITO_SANDBOX: _, ...env } = sandbox.env
  const isOpen = command.includes('--forward')
  const line = isOpen ? `timeout -s INT 5 ${command} --port 0` : command
  return runProgram(['sh', '-c', line], { ...process.env, ...env, PATH: `${bin}:${process.env['PATH']}` })
}

/** What stands for the sandbox that wrote the transcript, as this one has it. */
function here(command: string): string {
  return command
    .replace('~/.local/state/kaito/sandbox/kubectl.kubeconfig', sandbox.file('kubectl.kubeconfig'))
    .replace('mistral-7b-HASH-POD', pod)
}

const ALL = [...new Set(transcripts().flatMap(commandsIn))].sort()
const isRun = (command: string): boolean => /^(kaito|kubectl) /.test(command)
/** It takes away what the others look at. */
const isLast = (command: string): boolean => command.startsWith('kaito delete')

it('there are some of each kind', () => {
  for (const begin of ['kaito chat', 'kaito endpoint', 'kaito delete', 'kaito logs', 'kubectl --kubeconfig', 'az vm'])
    expect(
      ALL.filter((command) => command.startsWith(begin)),
      begin,
    ).not.toEqual([])
})

it.each(ALL.filter((command) => !isRun(command)))('%s, which is not run for want of an account', (command) => {
  expect(faultsOf({ words: wordsOf(command) })).toEqual([])
})

it.each([...ALL.filter(isRun).filter((c) => !isLast(c)), ...ALL.filter(isRun).filter(isLast)])(
  '%s',
  async (command) => {
    const { code, stdout, stderr } = await paste(here(command))
    const said = `${stdout}${stderr}`
    expect(said).not.toMatch(/\[USAGE\]|\[INTERNAL\]|unknown (option|command|flag)|syntax error|not found in path/i)
    expect([0, ...alsoRight(command)], said).toContain(code)
  },
)

/** Where nothing has failed, some find nothing; without a terminal a question is refused; a forward is ended. */
function alsoRight(command: string): number[] {
  if (isLast(command)) return [2, 5]
  if (command.endsWith('--previous')) return [5]
  if (command.includes('| grep')) return [1]
  return command.includes('--forward') ? [124, 130] : []
}

/** What each command says of one state, without what differs from one run to the next. */

import type { Cli } from './cli.ts'
import { type Replay, replay } from './replay-server.ts'
import { readState, type State } from './state.ts'
import { type Said, untilStill } from './still.ts'

export interface Verdict {
  exit?: number | null
  /** It goes on waiting: what it has said last, and in which phase. */
  waits?: string
  during?: string
  /** What status shows. */
  phase?: string
  message?: string
  /** With an error. */
  code?: string
  reason?: string
  hint?: string
  details?: string[]
  /** Of a deploy: what it would change first, beside the lock and the root. */
  changes?: string
}

const COMMANDS = ['status', 'watch', 'wait', 'deploy'] as const
type Command = (typeof COMMANDS)[number]
export type Verdicts = Record<Command, Verdict>

const NAME = 'mistral-7b'
const TOLD = ['-o', 'json', '--progress', 'json']

export async function verdictsOn(name: string, cli: Cli): Promise<Verdicts> {
  const verdicts: Partial<Verdicts> = {}
  for (const command of COMMANDS) verdicts[command] = await verdictOf(command, readState(name), cli)
  return verdicts as Verdicts
}

async function verdictOf(command: Command, state: State, cli: Cli): Promise<Verdict> {
  const server = await replay(state)
  try {
    return await VERDICTS[command](server, state, cli)
  } finally {
    server.close()
  }
}

const VERDICTS: Readonly<Record<Command, (server: Replay, state: State, cli: Cli) => Promise<Verdict>>> = {
  async status(server, _state, cli) {
    const said = await untilStill(cli, server, ['status', NAME, ...TOLD])
    return said.code === 0 ? shownIn(said) : endOf(said)
  },
  /** The first picture; then it is interrupted. */
  async watch(server, _state, cli) {
    const said = await untilStill(cli, server, ['status', NAME, '--watch', ...TOLD], isWhole)
    return said.stdout === '' ? endOf(said) : shownIn({ ...said, code: 0 })
  },
  wait: async (server, _state, cli) => endOf(await untilStill(cli, server, ['wait', NAME, ...TOLD])),
  async deploy(server, { flags }, cli) {
    const end = endOf(await untilStill(cli, server, ['deploy', NAME, '--yes', ...flags, ...TOLD]))
    const changes = server.firstChange()
    // What it says of a change that is refused says nothing of the state.
    return changes === undefined ? end : { changes }
  },
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

interface Shown {
  workspaces: { phase: string; message: string }[]
}

function shownIn({ code, stdout }: Said): Verdict {
  const [workspace] = (JSON.parse(stdout) as Shown).workspaces
  return { exit: code, phase: workspace?.phase ?? '', message: steady(workspace?.message ?? '') }
}

interface Line {
  type?: string
  phase?: string | null
  code?: string
  message?: string
  reason?: string | null
  hint?: string
  details?: string[]
  subject?: string
  state?: string
  node?: string
  ready?: boolean
  gpus?: number
}

/** The error that it ended with, or what it was waiting for. */
function endOf({ code, stderr, isWaiting }: Said): Verdict {
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
  if (isWaiting) return waitingIn(lines)
  if (code === 0) return { exit: 0 }
  const error = lines.findLast(({ type }) => type === 'failed') ?? {}
  const { code: named = '', message = '', reason, hint = '', details = [] } = error
  return {
    exit: code,
    code: named,
    message: steady(message),
    ...(reason == null ? {} : { reason: steady(reason) }),
    hint: steady(hint),
    ...(details.length === 0 ? {} : { details: details.map(steady) }),
  }
}

function waitingIn(lines: readonly Line[]): Verdict {
  const told = lines.findLast(({ type = '' }) => ['object.status', 'step.progress', 'node.status'].includes(type)) ?? {}
  const { type, node, ready, gpus, subject, state, message, phase } = told
  const said = type === 'node.status' ? `${node}: ${ready ? 'Ready' : 'not Ready'}, ${gpus} GPUs` : message
  return { waits: steady(said ?? [subject, state].filter(Boolean).join(': ')), during: phase ?? '' }
}

const VARIABLE: readonly [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/process \d+ on [\w.-]+/g, 'process PID on HOST'],
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:PORT'],
  // A command that is printed names the kubeconfig of its run, which 0.1.0 left to the reader.
  [/ --kubeconfig \S*\/kaito-replay-\w+\/kubeconfig/g, ''],
]

function steady(text: string): string {
  return VARIABLE.reduce((kept, [pattern, word]) => kept.replaceAll(pattern, word), text)
}

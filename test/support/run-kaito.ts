/** The built command line as a child process, as a user would run it: argv in; what it said and how it ended out. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const KAITO = fileURLToPath(new URL('../../bin/kaito.js', import.meta.url))

export interface Run {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  stdin?: string | Buffer
  /** Gets the child as soon as it runs, to kill it, to listen to it or to leave it alone. */
  onStart?(child: ChildProcess): void
  timeoutMs?: number
  /** Another program than the one that is built: its file. */
  program?: string
}

/** @param env all of it: nothing is inherited. */
export function runKaito(args: readonly string[], env: NodeJS.ProcessEnv, options: RunOptions = {}): Promise<Run> {
  return runProgram([process.execPath, options.program ?? KAITO, ...args], env, options)
}

/** The same of whatever starts kaito in its turn. */
export function runProgram(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  { cwd, stdin = '', onStart, timeoutMs = 120_000 }: RunOptions = {},
): Promise<Run> {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) })
  onStart?.(child)
  const [stdout, stderr]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  // It may end without having read it.
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join('') })
    })
  })
}

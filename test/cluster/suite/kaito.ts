/** Runs the built command line as a child process, as a user would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { KUBECONFIG } from '../starter/places.ts'

const KAITO = fileURLToPath(new URL('../../../bin/kaito.js', import.meta.url))

/** Namespace → kubeconfig of whoever works there in place of the bed's administrator. */
export const identities = new Map<string, string>()

export interface Run {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  stdin?: string
  /** Gets the child as soon as it runs, to kill it. */
  onStart?(child: ChildProcess): void
  timeoutMs?: number
  /** Another program than the one that is built: its file. */
  program?: string
}

export async function kaito(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [options.program ?? KAITO, ...args], {
    env: { ...process.env, ...asWhom(args, options.env) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  options.onStart?.(child)
  const [stdout, stderr]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  child.stdin.end(options.stdin ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000)
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join('') })
    })
  })
}

function asWhom(args: readonly string[], env: Record<string, string> = {}): Record<string, string> {
  const own = identities.get(args[args.indexOf('-n') + 1] ?? '')
  return own === undefined || env['KUBECONFIG'] !== KUBECONFIG ? env : { ...env, KUBECONFIG: own }
}

/** The built command line as a child process: argv in; stdout, stderr and exit code out. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const KAITO = fileURLToPath(new URL('../../bin/kaito.js', import.meta.url))

export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  stdin?: string | Buffer
}

export function kaito(args: readonly string[], { cwd, env = {}, stdin = '' }: RunOptions = {}): Promise<Run> {
  const { PATH, HOME = '/nonexistent' } = process.env
  const child = spawn(process.execPath, [KAITO, ...args], {
    env: { ...(PATH === undefined ? {} : { PATH }), HOME, CI: 'true', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  const [stdout, stderr]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') }))
  })
}

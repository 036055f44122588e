/** A sandbox of one's own: its state in a folder that goes with it. */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessFile } from '#sandbox/paths.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import type { Run, RunOptions } from '../support/run-kaito.ts'

export interface OwnSandbox {
  state: string
  env: Record<string, string>
  run(args: readonly string[], options?: RunOptions): Promise<Run>
  /** A command that goes on. */
  start(...args: string[]): Going
  /** A file of its state. */
  file(name: string): string
  /** What `process.json` says, and where it says that the cloud is. */
  process(): { pid: number; url: string; armUrl: string; token: string }
  end(): Promise<void>
}

/** @param program another than the one that is built. */
export function ownSandbox(program?: string): OwnSandbox {
  const state = mkdtempSync(join(tmpdir(), 'kaito-sandbox-'))
  const env = { XDG_STATE_HOME: state, KAITO_SANDBOX: '1', CI: 'true', NO_COLOR: '1' }
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
    kaito(args, { ...options, ...(program === undefined ? {} : { program }), env: { ...env, ...options.env } })
  const file = (name: string): string => join(state, 'kaito/sandbox', name)
  return {
    state,
    env,
    run,
    start: (...args) => started(run, args),
    file,
    process() {
      const { cloudEnv, ...rest } = JSON.parse(readFileSync(file('process.json'), 'utf8')) as ProcessFile
      return { ...rest, armUrl: cloudEnv['KAITO_TEST_AZURE_ENDPOINT'] ?? '' }
    },
    async end() {
      await run(['sandbox', 'down'])
      rmSync(state, { recursive: true, force: true })
    },
  }
}

interface Going {
  /** Resolves when it has said so on stdout. */
  says(words: RegExp): Promise<void>
  /** The same on stderr. */
  warns(words: RegExp): Promise<void>
  /** Its stderr so far. */
  warned(): string
  ended: Promise<Run>
  interrupt(): Promise<Run>
  /** At once, and it cannot tidy up. */
  kill(): Promise<Run>
}

function started(run: OwnSandbox['run'], args: string[]): Going {
  let child: ChildProcess | undefined
  const said = { stdout: '', stderr: '' }
  const ended = run(args, {
    onStart(process) {
      child = process
      for (const stream of ['stdout', 'stderr'] as const)
        process[stream]?.on('data', (piece: Buffer) => {
          said[stream] += piece.toString()
        })
    },
  })
  const until = async (words: RegExp, stream: keyof typeof said): Promise<void> => {
    for (const end = Date.now() + 30_000; !words.test(said[stream]); ) {
      if (Date.now() > end) throw new Error(`it never said ${words}:\n${said[stream]}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return {
    says: (words) => until(words, 'stdout'),
    warns: (words) => until(words, 'stderr'),
    warned: () => said.stderr,
    ended,
    interrupt() {
      child?.kill('SIGINT')
      return ended
    },
    kill() {
      child?.kill('SIGKILL')
      return ended
    },
  }
}

export async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`process ${pid} did not end`)
}

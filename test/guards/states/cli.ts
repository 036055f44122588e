/** The built command line in a few processes that stay. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Ask, Tell } from './cli-process.ts'

interface Listener {
  onTick(): void
  onStdout(text: string): void
  onStderr(text: string): void
}

interface Running {
  code: Promise<number | null>
  /** What Ctrl-C does. */
  interrupt(): void
}

export interface Cli {
  run(argv: readonly string[], env: Record<string, string>, listener: Listener): Running
  close(): void
}

const PROCESS = fileURLToPath(new URL('cli-process.ts', import.meta.url))

/** One command at a time. */
function openCli(): Cli {
  const child = fork(PROCESS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    run(argv, env, listener) {
      const { PATH = '' } = process.env
      child.send({ argv: [...argv], env: { PATH, HOME: '/nonexistent', ...env } } satisfies Ask)
      return { code: ended(child, listener), interrupt: () => void child.send('interrupt') }
    },
    close: () => void child.kill('SIGKILL'),
  }
}

function ended(child: ChildProcess, { onTick, onStdout, onStderr }: Listener): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the process of the command line has ended'))
    const onTell = (what: Tell): void => {
      if ('tick' in what) onTick()
      else if ('stdout' in what) onStdout(what.stdout)
      else if ('stderr' in what) onStderr(what.stderr)
      else {
        child.off('message', onTell).off('exit', onExit)
        resolve(what.code)
      }
    }
    child.on('message', onTell).once('exit', onExit)
  })
}

/** A few of them: whoever comes when all are at work waits. */
export function openPool(size: number) {
  const all: Cli[] = Array.from({ length: size }, openCli)
  const free = [...all]
  const waiting: ((cli: Cli) => void)[] = []
  return {
    async with<T>(work: (cli: Cli) => Promise<T>): Promise<T> {
      const cli = free.pop() ?? (await new Promise<Cli>((resolve) => waiting.push(resolve)))
      try {
        return await work(cli)
      } finally {
        const next = waiting.shift()
        if (next === undefined) free.push(cli)
        else next(cli)
      }
    },
    close: () => {
      for (const cli of all) cli.close()
    },
  }
}

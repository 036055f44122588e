/** The process as the command line sees it; tests hand in their own. */

import type { Verb } from '#core/advice.ts'
import { ERRORS } from '#core/error-table.ts'
import { createRedactor, type Redactor } from '#ui/text/redact.ts'

export interface Io {
  /** Opened by whoever reads from it: most runs do not, and it takes some milliseconds. */
  stdin(): NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  env: NodeJS.ProcessEnv
  /** What stands at an https address; where there is none, no address is read. */
  download?(url: string): Promise<string>
  /** The command that runs, for advice. */
  verb?: Verb
  /** What all output passes. Whoever reads a secret tells it. */
  redact: Redactor
  /** Once; whoever interrupts again does not want to wait for an orderly end, and gets none. */
  onInterrupt(listener: () => void): () => void
}

/** Where somebody can be asked, and what ends a question: the command's own end, and Ctrl-C. */
export interface Terminal {
  io: Io
  signal: AbortSignal
  /** What Ctrl-C does, for those who see it before it is a signal. */
  interrupt(): void
  /** Keeps progress out of the way of a question, until what is returned is called. */
  hold?(): () => void
}

/** npx passes on what the terminal has sent to all: the same Ctrl-C comes twice. */
const ECHO_MS = 300

export function processIo(): Io {
  return {
    stdin: () => process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    redact: createRedactor(process.env),
    onInterrupt(listener) {
      let firstMs: number | undefined
      const onSignal = (): void => {
        if (firstMs === undefined) {
          firstMs = Date.now()
          listener()
        } else if (Date.now() - firstMs > ECHO_MS) process.exit(ERRORS.INTERRUPTED.exit)
      }
      process.on('SIGINT', onSignal)
      process.on('SIGTERM', onSignal)
      return () => {
        process.off('SIGINT', onSignal)
        process.off('SIGTERM', onSignal)
      }
    },
  }
}

export function isInteractive({ io }: Pick<Terminal, 'io'>): boolean {
  return io.stdin().isTTY === true && io.stderr.isTTY === true && (io.env['CI'] ?? '') === ''
}

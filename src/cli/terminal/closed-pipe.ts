/** A reader that leaves, as `head` does, is no failure of what writes; a disk that is full is one. */
import { KaitoError } from '#core/errors.ts'
import type { Io } from './io.ts'

/** What a shell says of a command that SIGPIPE ended. */
export const SIGPIPE_EXIT = 141

export interface Written {
  /** stdout has lost its reader. */
  isCut(): boolean
  /** Why not all of stdout could be written. Asked for at the end: it waits until all has been tried. */
  failure(): Promise<KaitoError | undefined>
}

/** Without it, the first write after that ends the process with a stack. */
export function outliveReaders({ stdout, stderr }: Io): Written {
  let isCut = false
  let failed: NodeJS.ErrnoException | undefined
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') isCut = true
    else failed ??= error
  })
  // What goes on is told there, and there is nobody to tell that it cannot be.
  stderr.on('error', () => undefined)
  return {
    isCut: () => isCut,
    async failure() {
      if (stdout.writableLength > 0) await new Promise<unknown>((resolve) => stdout.write('', resolve))
      // A stream tells of a failure in the next tick.
      await new Promise<void>((resolve) => process.nextTick(resolve))
      return failed === undefined ? undefined : unwritten(failed)
    },
  }
}

function unwritten(cause: NodeJS.ErrnoException): KaitoError {
  return new KaitoError({
    code: 'OUTPUT_FAILED',
    phase: 'verify',
    message: 'Cannot write to stdout; the command itself has finished.',
    reason: cause.message,
    hint: 'Write it elsewhere; what is there now is incomplete.',
    cause,
  })
}

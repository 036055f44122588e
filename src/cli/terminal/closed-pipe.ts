/** A reader that leaves, as `head` does, is no failure of what writes. */
import type { Io } from './io.ts'

/** What a shell says of a command that SIGPIPE ended. */
export const SIGPIPE_EXIT = 141

/** Without it, the first write after that ends the process with a stack. Returns whether stdout has lost its reader. */
export function outliveReaders({ stdout, stderr }: Io): () => boolean {
  let isCut = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    throwUnlessClosed(error)
    isCut = true
  })
  stderr.on('error', throwUnlessClosed)
  return () => isCut
}

function throwUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

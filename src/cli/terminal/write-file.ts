/** Files that a command writes for the user. */
import { writeFileSync } from 'node:fs'
import type { Advice } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { NEW_SHELL, sayAdvice } from '#ui/text/advice-text.ts'

/** Nothing is written over unless it is wanted. Commands in it are worded for the shells that will read it, not for this one. */
export function writeFile(file: string, text: Advice, isForced: boolean): void {
  try {
    writeFileSync(file, sayAdvice(text, NEW_SHELL), { flag: isForced ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(file)
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: `${file} cannot be written: ${error instanceof Error ? error.message : error}`,
      hint: 'Name another place with --out.',
      cause: error,
    })
  }
}

function isThere(file: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `${file} is there already; nothing was written.`,
    hint: 'Write over it with --force, or elsewhere with --out FILE.',
  })
}

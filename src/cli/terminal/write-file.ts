/** Files that a command writes for the user. */
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Advice } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { NEW_SHELL, sayAdvice } from '#ui/text/advice-text.ts'
import type { Io } from './io.ts'

/** Nothing is written over unless it is wanted. Commands in it are worded for the shells that will read it, not for this one. */
export function writeFile(file: string, text: Advice, isForced: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const content = sayAdvice(text, NEW_SHELL)
    if (isForced && isFile(file)) replaceWhole(file, content)
    else if (isForced) writeFileSync(file, content)
    else writeNew(file, content)
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && syscall === 'open') throw isThere(file)
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: `Cannot write ${file}: ${error instanceof Error ? error.message : error}`,
      hint: 'Choose another path with --out FILE.',
      cause: error,
    })
  }
}

/** The same, for whoever pipes it. */
export function writeOut(text: Advice, { stdout }: Pick<Io, 'stdout'>): void {
  stdout.write(sayAdvice(text, NEW_SHELL))
}

function isThere(file: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `${file} already exists; nothing was written.`,
    hint: 'Overwrite it with --force, or choose another path with --out FILE.',
  })
}

function isFile(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true
}

/** Whole or not at all: on a full disk half a file, or an empty one, would be left. */
function writeNew(file: string, content: string): void {
  try {
    writeFileSync(file, content, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'write') rmSync(file, { force: true })
    throw error
  }
}

function replaceWhole(file: string, content: string): void {
  const beside = `${file}.${process.pid}`
  writeNew(beside, content)
  renameSync(beside, file)
}

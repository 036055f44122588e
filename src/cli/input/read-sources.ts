/**
 * Reads what the user points at: files, directories, standard input. Effects only; meaning is `core/workspace`'s. Files are read at once: nothing
 * else can go on before they are, and Node's threads for it take longer to start than to read.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { advice, type Command, joined, kaito, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { SourceText } from '#core/workspace/spec.ts'
import type { Io } from '../terminal/io.ts'

/** A whole input above this is refused before it is read. */
const MAX_BYTES = 64 * 1024 * 1024

export async function readSources(paths: readonly string[], io: Io): Promise<SourceText[]> {
  const found = await Promise.all(paths.map(async (path) => (path === '-' ? readDocuments(io) : readPath(path, io))))
  return found.flat()
}

/** No model and no workspace is called so. */
export function looksLikeFile(word: string): boolean {
  return /\.(ya?ml|json)$|^\.{0,2}\//.test(word)
}

/** @param files those that were given with -f: what a shell makes of a pattern, of which -f takes the first alone. */
export function fileWithoutFlag(words: readonly string[], files: readonly string[]): KaitoError {
  const named = joined(
    [...files, ...words].map((file) => setting('filename', file)),
    ' ',
  )
  const isAlone = files.length === 0
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `${words.join(', ')}: ${isAlone ? 'a file is given with -f' : 'each file wants a -f of its own'}.`,
    hint: isAlone
      ? advice`For example: ${named}`
      : advice`For example: ${named}; or the directory that holds them: ${setting('filename', 'DIRECTORY')}`,
  })
}

function readPath(path: string, io: Io): SourceText[] {
  const info = orUnreadable(path, io, () => statSync(path))
  if (!info.isDirectory()) return [{ label: path, text: readText(path, info.size, io) }]
  const names = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
  if (names.length === 0) {
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: `The directory ${path} holds no .yaml, .yml or .json file.`,
      hint: advice`Name a file, another directory, or - for standard input: ${exampleOf(io)}`,
    })
  }
  return names.flatMap((name) => readPath(join(path, name), io))
}

function readText(path: string, size: number, io: Io): string {
  if (size > MAX_BYTES) {
    throw new KaitoError({
      code: 'SPEC_INVALID',
      phase: 'spec',
      message: `${path}:1:1: the file has ${size} bytes; at most ${MAX_BYTES} are read.`,
      hint: 'A workspace file is a few kilobytes. Is this the right file?',
    })
  }
  return orUnreadable(path, io, () => readFileSync(path, 'utf8'))
}

function orUnreadable<T>(path: string, io: Io, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException, io)
  }
}

async function readDocuments(io: Io): Promise<SourceText[]> {
  if (io.stdin().isTTY) {
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: '-f - reads standard input, but standard input is the terminal.',
      hint: advice`Pipe a file in: ${exampleOf(io, '-')} < workspace.yaml`,
    })
  }
  return [{ label: '<stdin>', text: await readStdin(io) }]
}

/** Everything that is piped in. */
export async function readStdin(io: Io): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of io.stdin()) chunks.push(Buffer.from(chunk as Buffer))
  return Buffer.concat(chunks).toString('utf8')
}

function exampleOf({ verb = 'deploy' }: Io, file = 'workspace.yaml'): Command {
  return kaito(verb, { settings: { filename: file } })
}

function unreadable(path: string, error: NodeJS.ErrnoException, io: Io): KaitoError {
  const isMissing = error.code === 'ENOENT'
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: isMissing ? `There is no file or directory ${path}.` : `${path} cannot be read.`,
    reason: error.code ?? error.message,
    hint: advice`Name a file, a directory, or - for standard input: ${exampleOf(io)}`,
  })
}

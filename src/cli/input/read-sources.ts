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

const FILE = /\.(ya?ml|json)$/
/** A whole input above this is refused before it is read. */
const MAX_BYTES = 64 * 1024 * 1024

/** @param isRecursive the folders of a directory, too. */
export async function readSources(paths: readonly string[], io: Io, isRecursive = false): Promise<SourceText[]> {
  const found = paths.map(async (path) => {
    if (path === '-') return readDocuments(io)
    return isAddress(path) ? [{ label: path, text: await readAddress(path, io) }] : readPath(path, io, isRecursive)
  })
  return (await Promise.all(found)).flat()
}

/** Of the directories among them: folders that hold files, and are not read without -R. */
export function unreadFolders(paths: readonly string[]): string[] {
  const folders = paths.filter((path) => path !== '-' && !isAddress(path) && statSync(path).isDirectory())
  return folders.flatMap((folder) => contentOf(folder).folders).filter(holdsFiles)
}

function isAddress(path: string): boolean {
  return /^https?:\/\//.test(path)
}

async function readAddress(url: string, { download }: Io): Promise<string> {
  if (download === undefined) throw new Error('there is no way to an address here')
  return download(url)
}

/** No model and no workspace is called so. */
export function looksLikeFile(word: string): boolean {
  return FILE.test(word) || /^\.{0,2}\//.test(word) || isAddress(word)
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
    message: `${words.join(', ')}: ${isAlone ? 'pass a file with -f' : 'each file needs its own -f'}.`,
    hint: isAlone
      ? advice`For example: ${named}`
      : advice`For example: ${named}; or the directory that holds them: ${setting('filename', 'DIRECTORY')}`,
  })
}

function readPath(path: string, io: Io, isRecursive: boolean): SourceText[] {
  const info = orUnreadable(path, io, () => statSync(path))
  if (!info.isDirectory()) return [{ label: path, text: readText(path, info.size, io) }]
  const files = orUnreadable(path, io, () => filesIn(path, isRecursive))
  if (files.length === 0) {
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: `The directory ${path} has no .yaml, .yml or .json file.`,
      hint: advice`Pass a file, another directory, or - for stdin: ${exampleOf(io)}`,
    })
  }
  return files.map((file) => ({
    label: file,
    text: readText(file, orUnreadable(file, io, () => statSync(file)).size, io),
  }))
}

/** In the order of their names, the folders last. */
function filesIn(folder: string, isRecursive: boolean): string[] {
  const { files, folders } = contentOf(folder)
  return isRecursive ? [...files, ...folders.flatMap((each) => filesIn(each, true))] : files
}

/** The folders below it, too; it is looked no further than the first file. What may not be looked into is as good as empty: nobody asked for it. */
function holdsFiles(folder: string): boolean {
  try {
    const { files, folders } = contentOf(folder)
    return files.length > 0 || folders.some(holdsFiles)
  } catch {
    return false
  }
}

/** What counts of it, by name. A link to a folder is not followed: it could lead in a circle. */
function contentOf(folder: string): { files: string[]; folders: string[] } {
  const entries = readdirSync(folder, { withFileTypes: true })
  const sorted = (found: typeof entries): string[] => found.map(({ name }) => join(folder, name)).sort()
  return {
    files: sorted(entries.filter((entry) => !entry.isDirectory() && FILE.test(entry.name))),
    folders: sorted(entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))),
  }
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
      message: '-f - reads stdin, but stdin is the terminal.',
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
    message: isMissing ? `No such file or directory: ${path}` : `Cannot read ${path}.`,
    reason: error.code ?? error.message,
    hint: advice`Pass a file, a directory, or - for stdin: ${exampleOf(io)}`,
  })
}

/** The sandbox's state on disk: the next command sees what this one made. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { PodRecord, Records } from '../kubelet/record.ts'
import type { Settings } from '../settings.ts'
import type { ObjectStore, Snapshot } from '../store/objects.ts'

interface Saved {
  snapshot: Snapshot
  records: [string, PodRecord][]
  settings: Settings
}

const SETTLE_MS = 200

export function readSaved(file: string): Saved | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved
  } catch {
    // A disk that was full when it was written: the sandbox starts empty.
    return undefined
  }
}

/** Whole or not at all, for its owner's eyes: it holds Secrets. */
export function writeWhole(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export interface Saver {
  /** Soon. */
  save(): void
  /** Now, for the last time. */
  close(): void
}

export function createSaver(file: string, store: ObjectStore, records: Records, settings: () => Settings): Saver {
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    timer = undefined
    writeWhole(file, { snapshot: store.snapshot(), records: [...records], settings: settings() } satisfies Saved)
  }
  const save = (): void => {
    timer ??= setTimeout(write, SETTLE_MS)
  }
  const off = store.onChange(save)
  return {
    save,
    close() {
      off()
      clearTimeout(timer)
      write()
    },
  }
}

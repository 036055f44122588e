/** The sandbox's state on disk: the next command sees what this one made. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import type { PodRecord, Records } from '../cluster/kubelet/record.ts'
import type { ObjectStore, Snapshot } from '../cluster/store/objects.ts'
import { writeWhole } from '../own-files.ts'
import type { Places } from '../paths.ts'
import type { Settings } from '../settings.ts'

interface Saved {
  version: typeof VERSION
  snapshot: Snapshot
  records: [string, PodRecord][]
  settings: Settings
}

/** Of what is on disk, in both files. */
const VERSION = 1
const SETTLE_MS = 200

export function readSaved(file: string): Saved | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved) : undefined
}

/**
 * What cannot be read, or is of another release, is kept for its owner and not used. Both go together: pools without their nodes
 * would be a cluster that no command could mend. Returns where they are now.
 */
export function setAsideBroken({ state, cloud }: Places): string[] {
  const kept = [state, cloud].filter((file) => existsSync(file))
  if (kept.every(isReadable)) return []
  return kept.map((file) => {
    renameSync(file, `${file}.broken`)
    return `${file}.broken`
  })
}

function isReadable(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved> | null)?.version === VERSION
  } catch {
    return false
  }
}

export interface Saver {
  /** Soon. */
  save(): void
  /** Now, for the last time. */
  close(): void
}

export interface SaverOptions {
  file: string
  store: ObjectStore
  records: Records
  settings(): Settings
  /** A disk that is full: the sandbox goes on, and the next change is tried again. */
  onFailure(error: unknown): void
}

export function createSaver({ file, store, records, settings, onFailure }: SaverOptions): Saver {
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    timer = undefined
    const saved: Saved = { version: VERSION, snapshot: store.snapshot(), records: [...records], settings: settings() }
    try {
      writeWhole(file, saved)
    } catch (error) {
      onFailure(error)
    }
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

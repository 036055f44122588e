/** One process serves: who holds the lock, and what becomes of the lock of a holder that is dead. */
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { useOwnFolder, writeAnew } from '../own-files.ts'
import type { Places } from '../paths.ts'

interface Holder {
  pid: number
  /** A pid of an earlier boot is another process. */
  bootId: string
  /** When the process started, in ticks since the boot; '': this system does not tell. */
  startTime: string
}

/** False when a living process holds it. Whole or not at all: nobody ever reads a lock that is half written. */
export function takeLock({ folder, lock }: Places): boolean {
  useOwnFolder(folder)
  const mine = `${lock}.${process.pid}`
  writeAnew(mine, JSON.stringify(thisProcess()))
  try {
    if (linked(mine, lock)) return true
    const holder = read(lock)
    return holder !== undefined && !isAlive(holder) && stolen(holder, mine, lock)
  } finally {
    rmSync(mine, { force: true })
  }
}

export function releaseLock({ lock }: Places): void {
  if (read(lock)?.pid === process.pid) rmSync(lock, { force: true })
}

/** The living process that holds it. */
export function holderOf({ lock }: Places): number | undefined {
  const holder = read(lock)
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined
}

/** Two may find the same dead holder: the one that has its claim replaces the lock, if it is still the dead one's. */
function stolen(dead: Holder, mine: string, lock: string): boolean {
  const claim = `${lock}.claim`
  if (!linked(mine, claim)) {
    const claimant = read(claim)
    if (claimant !== undefined && !isAlive(claimant)) rmSync(claim, { force: true })
    return false
  }
  try {
    const now = read(lock)
    if (now !== undefined && JSON.stringify(now) !== JSON.stringify(dead)) return false
    renameSync(mine, lock)
    return true
  } finally {
    rmSync(claim, { force: true })
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Undefined: there is none. What cannot be read is of nobody. */
function read(lock: string): Holder | undefined {
  try {
    const { pid = 0, bootId = '', startTime = '' } = JSON.parse(readFileSync(lock, 'utf8')) as Partial<Holder>
    return { pid, bootId, startTime }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { pid: 0, bootId: '', startTime: '' }
  }
}

function thisProcess(): Holder {
  return { pid: process.pid, bootId: bootId(), startTime: startTimeOf(process.pid) }
}

function isAlive({ pid, ...holder }: Holder): boolean {
  if (!isThere(pid) || holder.bootId !== bootId()) return false
  return holder.startTime === startTimeOf(pid)
}

export function isThere(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function bootId(): string {
  return readOr('/proc/sys/kernel/random/boot_id')
}

/** Source: proc_pid_stat(5), field 22; the name before it may hold spaces. */
function startTimeOf(pid: number): string {
  return (
    readOr(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')[19] ?? ''
  )
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

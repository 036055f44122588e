/** This process as others may have to recognise it: for the lock and for the history. */
import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Runner } from '#pipeline/ports.ts'
import { VERSION } from '../version.ts'

export function thisRunner(): Runner {
  const { pid } = process
  const facts = {
    bootId: ifReadable(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: ifReadable(() => readlinkSync('/proc/self/ns/pid')),
    startTime: startTimeOf(pid),
  }
  const known = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined))
  return {
    hostname: hostname(),
    ...known,
    pid,
    instance: randomUUID(),
    user: userName(),
    version: VERSION,
    findProcess,
  }
}

/** Containers may run as a user whom the system does not know. */
function userName(): string {
  return ifReadable(() => userInfo().username) ?? `uid ${process.getuid?.() ?? 'unknown'}`
}

function findProcess(pid: number): { startTime?: string } | undefined {
  if (!isProcessAlive(pid)) return undefined
  const startTime = startTimeOf(pid)
  return startTime === undefined ? {} : { startTime }
}

/** Clock ticks since the boot; field 22, of which the second may hold blanks and brackets: proc_pid_stat(5). */
function startTimeOf(pid: number): string | undefined {
  const stat = ifReadable(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(22 - 3)
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Only Linux tells these. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

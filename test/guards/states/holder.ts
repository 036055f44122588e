/** Who holds a lock in a state that is replayed: only the machine that replays it knows which of its processes are dead. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { microTime } from '#core/objects/lease-time.ts'
import type { Body, State } from './state.ts'

/** No system gives it out: above the highest that Linux can be told (proc(5), pid_max). */
const NO_PID = 2 ** 22 + 1

/** The Lease as it is read now; one whose holder is at work has just been renewed. */
export function leaseNow(lease: Body, holder: State['holder']): Body {
  const spec = { ...(lease['spec'] as object), holderIdentity: identityOf(holder) }
  if (holder !== 'at work') return { ...lease, spec }
  return { ...lease, spec: { ...spec, renewTime: microTime(new Date()) } }
}

/** host/boot/pid/instance/pid namespace/start time */
function identityOf(holder: State['holder']): string {
  if (holder === 'nobody') return ''
  if (holder === 'at work') return 'elsewhere/boot/4242/instance/pid/1'
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return [hostname(), boot, NO_PID, 'instance', readlinkSync('/proc/self/ns/pid'), '1'].join('/')
}

/** Who holds a lock, as its Lease says it, and what can be known of that process from here. */

/** The process that wants the lock. */
export interface LeaseRunner {
  hostname: string
  /** Absent where the system does not tell: then no other process is known to be of the same machine. */
  bootId?: string
  /** Pids mean the same only within one. */
  pidNamespace?: string
  pid: number
  /** When the process began, in the system's own unit: a pid is given out again. */
  startTime?: string
  /** Unique per process. */
  instance: string
  /** Undefined: there is none. */
  findProcess(pid: number): { startTime?: string } | undefined
}

/** host/boot/pid/instance/pid namespace/start time */
export function identityOf(runner: LeaseRunner): string {
  const { hostname, bootId = '', pid, instance, pidNamespace = '', startTime = '' } = runner
  return [hostname, bootId, pid, instance, pidNamespace, startTime].join('/')
}

/** For people. */
export function describeHolder(identity: string): string {
  const [host, , pid] = identity.split('/')
  return `process ${pid} on ${host}`
}

/**
 * `alive` and `dead` are proofs, of the same host, boot and pid namespace. Anything else is `unknown`, and lives as long
 * as it renews: hosts share names, containers share hosts.
 */
export function judgeHolder(identity: string, runner: LeaseRunner): 'dead' | 'alive' | 'unknown' {
  const [host, boot, pid, instance, pidNamespace, startTime] = identity.split('/')
  if (host !== runner.hostname || runner.bootId === undefined || boot !== runner.bootId) return 'unknown'
  if (runner.pidNamespace === undefined || pidNamespace !== runner.pidNamespace) return 'unknown'
  if (Number(pid) === runner.pid) return instance === runner.instance ? 'alive' : 'dead'
  const process = runner.findProcess(Number(pid))
  if (process === undefined) return 'dead'
  if (process.startTime === undefined || startTime === '') return 'unknown'
  return process.startTime === startTime ? 'alive' : 'dead'
}

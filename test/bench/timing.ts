/** Whole processes, measured from outside: wall time in pairs, processor time, memory. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Command {
  file: string
  args: readonly string[]
  env?: Record<string, string>
  /** Exit codes that mean that it worked. */
  accepted?: readonly number[]
}

export interface Cost {
  /** Seconds. */
  wall: number
  /** User and system seconds of the process and its children. */
  cpu: number
}

export interface Compared {
  /** Medians, seconds. */
  own: number
  peer: number
  /** Median of the ratios own/peer, each taken within one pair of runs. */
  ratio: number
}

/** A and B in turn, so that a machine that changes its speed changes both; the first pair is not counted. */
export async function compare(own: Command, peer: Command, pairs = 11): Promise<Compared> {
  const taken: { own: number; peer: number }[] = []
  for (let index = 0; index <= pairs; index += 1) {
    const pair = { own: (await measure(own)).wall, peer: (await measure(peer)).wall }
    if (index > 0) taken.push(pair)
  }
  return {
    own: median(taken.map((pair) => pair.own)),
    peer: median(taken.map((pair) => pair.peer)),
    ratio: median(taken.map((pair) => pair.own / pair.peer)),
  }
}

/** bash counts the processor time of what it waited for. */
export function measure({ file, args, env = {}, accepted = [0] }: Command): Promise<Cost> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&3'
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, 'bash', file, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    const [times, words]: [string[], string[]] = [[], []]
    child.stdio[2]?.on('data', (text: Buffer) => times.push(text.toString()))
    child.stdio[3]?.on('data', (text: Buffer) => words.push(text.toString()))
    child.on('close', (code) => {
      const [wall = 0, user = 0, system = 0] = times.join('').trim().split(/\s+/).map(Number)
      if (accepted.includes(code ?? -1)) resolve({ wall, cpu: user + system })
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${words.join('').slice(-2000)}`))
    })
  })
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export interface Footprint {
  /** MiB of memory that the process holds. */
  resident: number
  /** Seconds of processor time since its start. */
  cpu: number
}

/** What a running process of this machine holds, as the kernel counts it: proc_pid_stat(5), 100 ticks a second. */
export function footprint(pid: number): Footprint {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return {
    resident: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024,
    cpu: (Number(fields[11]) + Number(fields[12])) / 100,
  }
}

const LOOK_MS = 10

/** The most memory that a process held until its end, MiB: the kernel keeps the highest mark, and is asked often. */
export function peak({ file, args, env = {} }: Command): Promise<number> {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  let highest = 0
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      highest = Math.max(highest, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024)
    } catch {
      // It has just ended.
    }
  }, LOOK_MS)
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      clearInterval(timer)
      if (code === 0) resolve(highest)
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}`))
    })
  })
}

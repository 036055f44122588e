/** Where a user's sandbox keeps its state. */
import { join } from 'node:path'
import { homeOf } from '#std/home.ts'

export interface Places {
  folder: string
  /** Objects and the life of their pods. */
  state: string
  /** Pools and operations of the cloud. */
  cloud: string
  /** kaito's own. */
  kubeconfig: string
  /** For kubectl and other programs. */
  kubectlConfig: string
  /** Of the process that runs: pid, addresses, token. Readable by its owner only. */
  process: string
  /** Held by the process that runs. */
  lock: string
  log: string
}

/** What `process.json` says. */
export interface ProcessFile {
  pid: number
  version: string
  url: string
  /** What makes a client of the cloud come to the simulated one; the token is in it. */
  cloudEnv: Record<string, string>
  token: string
}

/** Below XDG_STATE_HOME, else ~/.local/state. */
export function placesOf(env: Readonly<Record<string, string | undefined>>): Places {
  const home = env['XDG_STATE_HOME'] || join(homeOf(env), '.local/state')
  const folder = join(home, 'kaito/sandbox')
  return {
    folder,
    state: join(folder, 'state.json'),
    cloud: join(folder, 'cloud.json'),
    kubeconfig: join(folder, 'kubeconfig'),
    kubectlConfig: join(folder, 'kubectl.kubeconfig'),
    process: join(folder, 'process.json'),
    lock: join(folder, 'lock'),
    log: join(folder, 'log'),
  }
}

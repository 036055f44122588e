/** A sandbox that is brought to a moment, and the moment kept as a state. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../../support/run-kaito.ts'
import { ended, sandboxThrough, type Through } from '../through.ts'
import { capture } from './capture.ts'
import { type Body, type State, writeState } from './state.ts'

/** So fast that nothing takes its time. */
export const AT_ONCE = 100_000
/** The patience of a command that goes through a sandbox in which phases last. */
const SLOW = '10'

type Kept = Partial<Pick<State, 'flags' | 'denied' | 'holder'>> & { edit?(state: State): void }

export interface Scene extends Through {
  deploy(...flags: string[]): Promise<void>
  /** Kills the command before the API server or the cloud hears of its `index`-th change, from 0. */
  killBefore(index: number, ...args: string[]): Promise<void>
  /** A command that goes on; it is killed with the scene. */
  begin(...args: string[]): Promise<Run>
  api(method: string, path: string, body?: object): Promise<Body>
  until(path: string, isTime: (objects: readonly Body[]) => boolean): Promise<void>
  setSpeed(speed: number): Promise<void>
  keep(name: string, about: string, kept?: Kept): Promise<void>
}

export async function onScene(speed: number, play: (scene: Scene) => Promise<void>): Promise<void> {
  const through = await sandboxThrough({ speed })
  const going = new Set<ChildProcess>()
  try {
    await play(sceneOf(through, going))
  } finally {
    for (const child of going) child.kill('SIGKILL')
    await through.end()
  }
}

function sceneOf(through: Through, going: Set<ChildProcess>): Scene {
  const { sandbox, run } = through
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const { url, token } = sandbox.process()
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    return fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }
  const api = async (method: string, path: string, body?: object): Promise<Body> => {
    const answer = await ask(method, path, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Body
  }
  return {
    ...through,
    api,
    async deploy(...flags) {
      ended(await run(['deploy', 'mistral-7b', '--yes', ...flags]))
    },
    killBefore: (index, ...args) => killedBefore(through, index, args),
    begin: (...args) => run(args, { onStart: (child) => void going.add(child), env: { KAITO_TEST_PACE: SLOW } }),
    async until(path, isTime) {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(10)) {
        const { items } = (await api('GET', path)) as unknown as { items: Body[] }
        if (isTime(items)) return
      }
      throw new Error(`never seen in ${path}`)
    },
    async setSpeed(speed) {
      await api('PATCH', '/_sandbox/settings', { speed })
    },
    async keep(name, about, { edit, ...kept } = {}) {
      const state: State = { about, flags: [], denied: [], holder: 'nobody', ...(await capture(sandbox)), ...kept }
      edit?.(state)
      writeState(name, state)
      process.stdout.write(`${name}\n`)
    },
  }
}

async function killedBefore({ interceptor, run }: Through, index: number, args: readonly string[]): Promise<void> {
  let child: ChildProcess | undefined
  let seen = 0
  let isKilled = false
  interceptor.reset()
  interceptor.use({
    before({ method, url }) {
      const isChange = method !== 'GET' && !/dryRun=All|selfsubject|\/proxy\//.test(url)
      if (!isKilled && isChange && seen++ === index) isKilled = child?.kill('SIGKILL') ?? false
      return isKilled
    },
  })
  const { code } = await run(args, { onStart: (started) => (child = started) })
  interceptor.reset()
  if (!isKilled) throw new Error(`kaito ${args.join(' ')} ended with ${code} before its change ${index}`)
}

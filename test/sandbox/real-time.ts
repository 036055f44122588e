/**
 * Every drill at real-time speed, all at once: how long after the failure could be seen did the deploy end, and with what?
 * `node test/sandbox/real-time.ts [DRILL …]`, of a built kaito; it takes as long as the slowest of them. Exit code 1 when
 * one ends otherwise than it should, or later than 15 s.
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ERRORS } from '#core/error-table.ts'
import { DRILLS, type Drill } from '#sandbox/drills.ts'
import { ownSandbox } from './sandbox.ts'

const LOOK_MS = 100
const LIMIT_MS = 3_600_000
const BETWEEN_STARTS_MS = 4_000
/** The promise: a hopeless state ends the wait within this. */
const SOON_MS = 15_000

interface Status {
  restartCount?: number
  state?: { waiting?: { reason?: string }; terminated?: { exitCode?: number } }
}
interface Pods {
  items: { status: { containerStatuses?: Status[] } }[]
}
interface Config {
  clusters: { cluster: { server: string } }[]
  users: { user: { token: string } }[]
}

/** What a person at kubectl would call the failure: changes with each pull that failed and each crash. */
function failureOf({ restartCount = 0, state = {} }: Status): string | undefined {
  const { waiting, terminated } = state
  if (terminated !== undefined && terminated.exitCode !== 0) return `ended ${restartCount}`
  return waiting?.reason === 'ErrImagePull' ? 'pull failed' : undefined
}

/** Looks at pods and cloud until told to stop, and knows when the last new failure was first seen. */
function watchFailures(state: string, losesServer: boolean) {
  const seen = new Map<string, number>()
  const note = (failure: string | undefined): void => {
    if (failure !== undefined && !seen.has(failure)) seen.set(failure, performance.now())
  }
  let hasAnswered = false
  const look = async (): Promise<void> => {
    try {
      for (const failure of await failuresNow(state)) note(failure)
      hasAnswered = true
    } catch {
      // It is not up yet, or the drill has taken it away.
      if (losesServer && hasAnswered) note('no answer')
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return {
    seenAt: (): number | undefined => [...seen.values()].at(-1),
    /** After a last look. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await look()
    },
  }
}

async function failuresNow(state: string): Promise<(string | undefined)[]> {
  const read = (file: string): string => readFileSync(join(state, 'kaito/sandbox', file), 'utf8')
  const cloud = JSON.parse(read('cloud.json')) as { pools: Record<string, { provisioningState: string }> }
  const failed = Object.values(cloud.pools).filter(({ provisioningState }) => provisioningState === 'Failed')
  const config = parse(read('kubeconfig')) as Config
  const authorization = `Bearer ${config.users[0]?.user.token}`
  const url = `${config.clusters[0]?.cluster.server}/api/v1/namespaces/default/pods`
  const { items } = (await (await fetch(url, { headers: { authorization } })).json()) as Pods
  return [
    ...failed.map(() => 'pool'),
    ...items.flatMap(({ status }) => (status.containerStatuses ?? []).map(failureOf)),
  ]
}

async function rehearse({ name, code, ...drill }: Drill): Promise<string> {
  // Nothing is to be seen there, only something that does not come: what ends them is a budget.
  const isBudget = drill.noGpus === true || drill.cloud === 'never-joins'
  const sandbox = ownSandbox()
  const startedAt = performance.now()
  let newsAt = startedAt
  const onStart = (child: ChildProcess): void => {
    child.stderr?.on('data', (text: Buffer) => {
      if (!/^✗|still waiting/m.test(text.toString())) newsAt = performance.now()
    })
  }
  const failures = watchFailures(sandbox.state, drill.apiServer === 'lost')
  const args = ['deploy', 'mistral-7b', '--yes', '--drill', name, '--sandbox-speed', '1']
  const done = await sandbox.run(args, { onStart, timeoutMs: LIMIT_MS })
  const endedAt = performance.now()
  await failures.stop()
  await sandbox.end()
  const got = /\[([A-Z_]+)\]\s*$/m.exec(done.stderr.slice(done.stderr.indexOf('✗')))?.[1]
  const lateMs = code === undefined ? 0 : endedAt - (failures.seenAt() ?? newsAt)
  const isRight = done.code === (code === undefined ? 0 : ERRORS[code].exit) && (code === undefined || got === code)
  const isSoon = lateMs <= SOON_MS || isBudget
  if (!isRight || !isSoon) process.exitCode = 1
  const wrong = isRight ? (isSoon ? '' : 'LATE: ') : 'WRONG: '
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
  const since = failures.seenAt() === undefined ? 'the last news' : 'the failure could be seen'
  const after = code === undefined ? '–' : `${seconds(lateMs)} s after ${since}`
  return `| ${name} | ${wrong}${done.code}${code === undefined ? '' : ` ${got}`} | ${seconds(endedAt - startedAt)} s | ${after} |`
}

const names = process.argv.slice(2)
const chosen = DRILLS.filter(({ name }) => names.length === 0 || names.includes(name))
process.stdout.write('| Drill | Ended with | After | Of it |\n|---|---|---|---|\n')
await Promise.all(
  chosen.map(async (drill, index) => {
    await new Promise((resolve) => setTimeout(resolve, index * BETWEEN_STARTS_MS))
    process.stdout.write(`${await rehearse(drill)}\n`)
  }),
)

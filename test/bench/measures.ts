/** Each promise about speed, measured: design's limits are the goals. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../cluster/starter/places.ts'
import { api, createNamespace, deleteNamespace, direct, eventually, intercepted } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import type { Peers } from './peers.ts'
import { type Row, seconds, times } from './report.ts'
import { type Command, compare, footprint, measure, median, peak } from './timing.ts'
import { multiply, NAME, type Workload } from './workload.ts'

const BIN = join(ROOT, 'bin/kaito.js')

function own(...args: string[]): Command {
  return { file: process.execPath, args: [BIN, ...args], env: direct }
}

export async function start(): Promise<Row> {
  const taken = await compare(own('--version'), { file: process.execPath, args: ['-e', '0'] })
  return versus('`kaito --version`', taken, '`node -e 0`', 1.5)
}

export async function render(work: Workload, { helm }: Peers): Promise<Row> {
  const template: Command = { file: helm, args: ['template', NAME, work.chart] }
  const taken = await compare(own('render', '-f', work.workspace, '--byo'), template)
  return versus(`\`kaito render\`, ${work.objects} objects`, taken, '`helm template` of the same', 1)
}

export async function status(namespace: string, { kubectl }: Peers): Promise<Row> {
  const get: Command = { file: kubectl, args: ['get', 'deployment', NAME, '-n', namespace], env: direct }
  const taken = await compare(own('status', NAME, '-n', namespace), get)
  return versus('`kaito status NAME`', taken, '`kubectl get deployment NAME`', 3)
}

function versus(
  what: string,
  { own: mine, peer, ratio }: Awaited<ReturnType<typeof compare>>,
  name: string,
  limit: number,
): Row {
  return {
    what,
    kaito: seconds(mine),
    beside: `${name}: ${seconds(peer)}`,
    ratio: times(ratio),
    goal: `≤ ${limit} ×`,
    holds: ratio <= limit,
  }
}

interface Applied {
  requests: number
  /** Seconds from the first of these requests to the last answer. */
  busy: number
  whole: number
}

/** The same objects into empty namespaces, by both; every request passes a proxy that counts and times. */
export async function apply(work: Workload, { kubectl }: Peers): Promise<Row[]> {
  const { interceptor, env } = await intercepted()
  const seen: { sent: number; answered: number }[] = []
  interceptor.use({
    before: () => {
      seen.push({ sent: performance.now(), answered: 0 })
      return false
    },
    after: ({ index }) => {
      const one = seen[index]
      if (one !== undefined) one.answered = performance.now()
      return false
    },
  })
  const countFrom = (from: number, until: number, whole: number): Applied => {
    const these = seen.filter(({ sent }) => sent >= from && sent <= until)
    const last = Math.max(...these.map(({ answered }) => answered))
    return { requests: these.length, busy: (last - (these[0]?.sent ?? last)) / 1000, whole }
  }
  const samples: { mine: Applied; theirs: Applied }[] = []
  for (let round = 0; round < 5; round += 1) {
    const [first, second] = [await createNamespace(), await createNamespace()]
    const phase = await applyPhase(['deploy', '-f', work.workspace, '--byo', '-n', first], { ...direct, ...env })
    const mine = countFrom(phase.from, phase.until, phase.whole)
    const from = performance.now()
    const args = ['apply', '--server-side', '-f', work.manifests, '-n', second]
    const { wall } = await measure({ file: kubectl, args, env: { ...direct, ...env } })
    samples.push({ mine, theirs: countFrom(from, performance.now(), wall) })
    await kaito(['delete', NAME, '--yes', '-n', first], { env: direct })
    for (const namespace of [first, second]) await deleteNamespace(namespace)
  }
  await interceptor.close()
  const of = (side: 'mine' | 'theirs', figure: keyof Applied): number => median(samples.map((s) => s[side][figure]))
  const beside = '`kubectl apply --server-side`'
  const [busy, requests] = [
    of('mine', 'busy') / of('theirs', 'busy'),
    of('mine', 'requests') / of('theirs', 'requests'),
  ]
  return [
    {
      what: `requests to apply ${work.objects} objects`,
      kaito: String(of('mine', 'requests')),
      beside: `${beside}: ${of('theirs', 'requests')}`,
      ratio: times(requests),
      goal: '≤ 1 ×',
      holds: requests <= 1,
    },
    {
      what: 'time of these requests',
      kaito: seconds(of('mine', 'busy')),
      beside: `${beside}: ${seconds(of('theirs', 'busy'))} (whole process ${seconds(of('theirs', 'whole'))})`,
      ratio: times(busy),
      goal: '≤ 1 ×',
      holds: busy <= 1,
    },
  ]
}

/** When the objects were applied, by the progress that the command reports; milliseconds of performance.now(). */
function applyPhase(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ from: number; until: number; whole: number }> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args, '--progress', 'json'], { env: { ...process.env, ...env } })
    let [from, until, rest] = [0, 0, '']
    const words: string[] = []
    child.stderr.on('data', (text: Buffer) => {
      words.push(text.toString())
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const event = JSON.parse(line) as { type: string; phase: string }
        if (event.phase === 'apply' && event.type === 'phase.started') from = performance.now()
        if (event.phase === 'apply' && event.type === 'phase.finished') until = performance.now()
      }
    })
    child.on('close', (code) => {
      if (code === 0) resolve({ from, until, whole: (performance.now() - begun) / 1000 })
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${words.join('')}`))
    })
  })
}

/** A deploy with a node pool from nothing: what the client itself costs, and how late it knows. */
export async function deploy(): Promise<Row[]> {
  const namespace = await createNamespace()
  const planned = await kaito(['plan', NAME, '-n', namespace, '-o', 'json'], { env: direct })
  const expected = (JSON.parse(planned.stdout) as { plan: { startup: { seconds: number } } }).plan.startup.seconds
  const ready = readyAt(namespace)
  const { cpu } = await measure(own('deploy', NAME, '--yes', '-n', namespace))
  const late = (performance.now() - (await ready)) / 1000
  await kaito(['delete', NAME, '--yes', '-n', namespace], { env: direct })
  await deleteNamespace(namespace)
  return [
    {
      what: 'processor time of the client in a whole deploy',
      kaito: seconds(cpu),
      beside: `start of the engine as \`plan\` expects it: ${seconds(expected)}`,
      ratio: `${((cpu / expected) * 100).toFixed(2)} %`,
      goal: '< 1 %',
      holds: cpu / expected < 0.01,
    },
    {
      what: 'from the pod Ready to the end of deploy, a completion included',
      kaito: seconds(late),
      beside: 'two periods of the readiness probe: 10 s',
      ratio: times(late / 10),
      goal: '≤ 1 ×',
      holds: late <= 10,
    },
  ]
}

async function readyAt(namespace: string): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${NAME}`
  const isReady = async (): Promise<boolean> =>
    (await api<{ status?: { readyReplicas?: number } }>('GET', path)).body.status?.readyReplicas === 1
  await eventually(isReady, 'the pod is Ready', 120_000)
  return performance.now()
}

const CROWD = 500

/** Many workspaces in one look. */
export async function crowd(namespace: string, { kubectl }: Peers): Promise<Row[]> {
  await multiply(namespace, CROWD)
  const { interceptor, env } = await intercepted()
  const all = await kaito(['status', '-A', '-o', 'json'], { env: { ...direct, ...env } })
  const requests = interceptor.requests.length
  await interceptor.close()
  const found = (JSON.parse(all.stdout) as { workspaces: unknown[] }).workspaces.length
  if (found < CROWD) throw new Error(`status -A found ${found} workspaces, not ${CROWD}`)
  const taken = await compare(
    own('status', '-A'),
    { file: kubectl, args: ['get', 'deployments', '-A'], env: direct },
    5,
  )
  return [
    {
      what: `requests of \`kaito status -A\`, ${found} workspaces`,
      kaito: String(requests),
      beside: '-',
      ratio: '-',
      goal: '< 10',
      holds: requests < 10,
    },
    versus('`kaito status -A` of them', taken, '`kubectl get deployments -A`', 3),
    {
      what: 'memory of `kaito status -A` of them',
      kaito: `${Math.round(await peak(own('status', '-A')))} MiB`,
      beside: '-',
      ratio: '-',
      goal: '-',
      holds: true,
    },
  ]
}

const [EARLY_S, LATE_S] = [15, 75]

/** A minute of waiting for what does not come. */
export async function waiting(namespace: string): Promise<Row[]> {
  const child = spawn(process.execPath, [BIN, 'wait', NAME, '-n', namespace], {
    env: { ...process.env, ...direct },
    stdio: 'ignore',
  })
  const ended = new Promise<never>((_, reject) =>
    child.on('close', (code) => reject(new Error(`kaito wait ended with ${code}`))),
  )
  ended.catch(() => undefined)
  const pid = child.pid ?? 0
  const after = async (s: number) => {
    await Promise.race([new Promise((resolve) => setTimeout(resolve, s * 1000)), ended])
    return footprint(pid)
  }
  const early = await after(EARLY_S)
  const late = await after(LATE_S - EARLY_S)
  child.kill()
  const [growth, share] = [late.resident / early.resident, (late.cpu - early.cpu) / (LATE_S - EARLY_S)]
  return [
    {
      what: `memory of \`kaito wait\` after ${LATE_S} s`,
      kaito: `${Math.round(late.resident)} MiB`,
      beside: `after ${EARLY_S} s: ${Math.round(early.resident)} MiB`,
      ratio: times(growth),
      goal: '≤ 1.1 ×',
      holds: growth <= 1.1,
    },
    {
      what: 'processor time of a minute of waiting',
      kaito: seconds(late.cpu - early.cpu),
      beside: `${LATE_S - EARLY_S} s`,
      ratio: `${(share * 100).toFixed(2)} %`,
      goal: '< 1 %',
      holds: share < 0.01,
    },
  ]
}

/** Each promise about speed, measured: design's limits are the goals. */
import { spawn } from 'node:child_process'
import { api, createNamespace, deleteNamespace, direct, eventually, intercepted } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { kaitoWithCatalogOf } from '../support/catalog-of.ts'
import { KAITO } from '../support/run-kaito.ts'
import type { Peers } from './peers.ts'
import { type Row, seconds, times } from './report.ts'
import { type Command, compare, footprint, measure, peak } from './timing.ts'
import { multiply, NAME, type Workload } from './workload.ts'

function own(...args: string[]): Command {
  return { file: process.execPath, args: [KAITO, ...args], env: direct }
}

export async function start(): Promise<Row> {
  const taken = await compare(own('--version'), { file: process.execPath, args: ['-e', '0'] })
  return versus('`kaito --version`', taken, '`node -e 0`', 1.4)
}

/** Without a cluster, and so without a kubeconfig. */
function rendering(bin: string, ...args: string[]): Command {
  return { file: process.execPath, args: [bin, 'render', ...args] }
}

/** One workspace, and the same with objects beside it. */
export async function render(one: Workload, twelve: Workload, { helm }: Peers): Promise<Row[]> {
  const template = ({ chart }: Workload): Command => ({ file: helm, args: ['template', NAME, chart] })
  const beside = '`helm template` of the same'
  const named = await compare(rendering(KAITO, NAME, '--byo'), template(one))
  const read = await compare(rendering(KAITO, '-f', one.workspace, '--byo'), template(one))
  const all = await compare(rendering(KAITO, '-f', twelve.workspace, '--byo'), template(twelve))
  return [
    versus('`kaito render NAME`', named, beside, 1.5),
    versus('`kaito render -f` of one workspace', read, beside, 1.5),
    versus(`\`kaito render -f\`, ${twelve.objects} objects`, all, beside, 2),
  ]
}

/** Enough pairs to tell a tenth on a machine that others use, too. */
const CATALOG_PAIRS = 41

export async function catalog(): Promise<Row[]> {
  const [few, many] = [kaitoWithCatalogOf(10, 10), kaitoWithCatalogOf(200, 300)]
  const beside = 'with 10 and 10'
  const size = 'catalogue of 200 models and 300 machine types'
  const compared = (...args: string[]) =>
    compare(rendering(many, NAME, ...args), rendering(few, NAME, ...args), CATALOG_PAIRS)
  return [
    versus(`\`kaito render NAME\`, ${size}`, await compared('--byo'), beside, 1.1),
    versus('the same, choosing among the machines of a cloud', await compared('--cloud', 'azure'), beside, 1.1),
  ]
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
  const child = spawn(process.execPath, [KAITO, 'wait', NAME, '-n', namespace], {
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

/** What no list and no watch of a workspace's own objects tells: its run, its pool in the cloud, why its pods wait or crash. */
import { runOf } from '#cluster/lock/run.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Engine } from '#core/plan/engine.ts'
import type { RootPool } from '#core/state/root.ts'
import { existenceOf } from '#core/status/chain.ts'
import type { EndOfLog } from '#core/status/diagnosis.ts'
import { isPodReady } from '#core/status/rollout.ts'
import { isForPool, isUnscheduled, schedulerWords } from '#core/status/scheduling.ts'
import type { Part, Snapshot } from '#core/status/snapshot.ts'
import { isAboutTaints } from '#core/status/taints.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import type { Ports } from '../../ports.ts'
import { inPace, timeOf } from '../../time/pace.ts'
import { type Beside, cut, type Key, leaseOf, type Memory, NOTHING_BESIDE } from '../memory.ts'
import { autoscalerMs } from './autoscaler.ts'
import { CLAIM_MS, readVolumes } from './claims.ts'
import { createLogReader } from './crash-logs.ts'
import { createPoolReader } from './node-pool.ts'
import { readRun } from './run.ts'

/** Of a workspace that is not only judged by its rollout. */
type Also = 'run' | 'pool'

/** Reads again only what has changed. */
export interface BesideReader {
  of(key: Key, memory: Memory, also: readonly Also[]): Promise<Snapshot>
}

export function createBeside(ports: Ports): BesideReader {
  const poolOf = createPoolReader(ports)
  const waitsOf = createWaitReader(ports)
  const logs = new Map<string, ReturnType<typeof logsOfOne>>()
  const logsOf = ({ name, namespace }: Key): ReturnType<typeof logsOfOne> => {
    const id = `${namespace}/${name}`
    const known = logs.get(id) ?? logsOfOne(ports)
    logs.set(id, known)
    return known
  }
  return {
    async of(key, memory, also) {
      const { pods, root, nodes } = cut(memory, key)
      const [run, waits, crashLogs, pool, leaving] = await Promise.all([
        also.includes('run') ? runIn(memory, key, ports) : NOTHING_BESIDE.run,
        waitsOf(memory),
        logsOf(key)(pods, engineServing(root?.state.spec.annotations, ports.engines)),
        also.includes('pool') ? poolOf(root?.state.pool, nodes) : NOTHING_BESIDE.pool,
        also.includes('pool') ? factsOf(root?.state.leaving ?? [], nodes, poolOf) : NOTHING_BESIDE.leaving,
      ])
      const unseen = new Set<Part>([...waits.unseen, ...(run === 'hidden' ? (['runs'] as const) : [])])
      return cut(memory, key, {
        ...NOTHING_BESIDE,
        ...waits,
        run: run === 'hidden' ? 'none' : run,
        crashLogs,
        pool,
        leaving,
        unseen,
      })
    },
  }
}

async function factsOf(
  pools: readonly RootPool[],
  nodes: readonly KubeObject[],
  factOf: ReturnType<typeof createPoolReader>,
): Promise<Beside['leaving']> {
  return new Map(await Promise.all(pools.map(async (pool) => [pool.request.name, await factOf(pool, nodes)] as const)))
}

/** What looks left behind may be in the hands of a run that has begun since its Lease was read. */
async function runIn(memory: Memory, key: Key, ports: Ports): ReturnType<typeof readRun> {
  const lease = leaseOf(memory, key)
  const run = lease === undefined ? 'none' : runOf(lease, ports.runner, timeOf(ports))
  const isLeft = existenceOf(cut(memory, key, { ...NOTHING_BESIDE, run })).is === 'left'
  return isLeft || memory.refusalOf('leases') !== undefined ? readRun(key.name, key.namespace, ports) : run
}

type Logs = Map<string, EndOfLog>

/** Which engine it is, the root says: before it is seen no pod has crashed. */
function logsOfOne(ports: Ports): (pods: readonly KubeObject[], engine: Engine) => Promise<Logs> {
  const found: Logs = new Map()
  const read = createLogReader(found, ports, ports.signal)
  return async (pods, engine) => {
    const unready = pods.filter((pod) => !isPodReady(pod))
    await read(unready, engine)
    return found
  }
}

type Waits = Pick<Beside, 'volumes' | 'allNodes' | 'autoscalerMs' | 'claimMs' | 'unseen'>

/** Nothing is asked while every pod has its node; what was asked is asked again when these pods or events have changed. */
function createWaitReader(ports: Ports): (memory: Memory) => Promise<Waits> {
  let asked: { about: string; answer: Promise<Waits> } | undefined
  let autoscaler: Promise<number> | undefined
  const ask = async (waiting: readonly KubeObject[]): Promise<Waits> => {
    autoscaler ??= waiting.every(isForPool) ? Promise.resolve(0) : autoscalerMs(ports)
    const [trustMs, volumes, allNodes] = await Promise.all([
      autoscaler,
      readVolumes(waiting, ports),
      nodesFor(waiting, ports),
    ])
    return { ...volumes, allNodes, autoscalerMs: inPace(trustMs, ports), claimMs: inPace(CLAIM_MS, ports) }
  }
  return async (memory) => {
    const waiting = memory.all('pods').filter(isUnscheduled)
    if (waiting.length === 0) {
      autoscaler = undefined
      return NOTHING_BESIDE
    }
    const about = [...waiting, ...memory.all('events')].map(versionOf).join()
    if (asked?.about !== about) asked = { about, answer: ask(waiting) }
    return asked.answer
  }
}

function versionOf({ metadata }: KubeObject): string {
  return `${metadata.uid}/${metadata.resourceVersion}`
}

/** Where taints are what keeps a pod from them. */
async function nodesFor(waiting: readonly KubeObject[], { kube, signal }: Ports): Promise<KubeObject[] | undefined> {
  if (!waiting.some((pod) => isAboutTaints(schedulerWords(pod)))) return undefined
  return kube.list(KINDS.node, { signal }).catch(() => undefined)
}

/** The toy cloud, as the sandbox plays it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { GpuSku } from '#core/catalog/schema.ts'
import {
  type CloudWorld,
  DELETE_SECONDS,
  MACHINE_SECONDS,
  type Script,
  type SimulatedCloud,
} from '#sandbox/clouds/cloud.ts'
import { type CloudAnswer, type CloudRequest, serveLoopback } from '#sandbox/clouds/loopback.ts'
import type { Machine } from '#sandbox/clouds/machines.ts'
import { POOL_LABEL } from './rows.ts'
import type { Complaint, Mould, PoolWish, ToyPool } from './wire.ts'

export const simulatedToyCloud: SimulatedCloud = {
  id: 'toy',
  firstMachine: () => machineOf({ name: 'first', labels: {}, taints: [], diskGiB: 100 }, 0, undefined),
  async start(world) {
    const toys = new Toys(world)
    const served = await serveLoopback((request) => toys.answer(request), { token: world.token })
    return {
      env: { TOY_CLOUD_URL: served.url, TOY_CLOUD_POLL_MS: '50' },
      script: (script) => toys.script(script),
      async close() {
        toys.close()
        await served.close()
      },
    }
  },
}

/** `slow`, `hold` and `hold-late` are its own; the others are the drills'. */
const ENDINGS = ['quota', 'allocation', 'never-joins', 'slow', 'hold', 'hold-late'] as const
type Ending = (typeof ENDINGS)[number]

/** Of one pool. */
const MOST_MACHINES = 16

interface State {
  /** Of what is on disk. */
  version: 1
  cluster: string
  pools: Record<string, ToyPool>
  moulds: Record<string, Mould>
}

/** What it is in, without the parts that only the sandbox's own process has. */
export type ToyWorld = Pick<CloudWorld, 'cluster' | 'skus' | 'scaled'> &
  Partial<Pick<CloudWorld, 'machines' | 'stateFile'>>

export class Toys {
  readonly state: State
  /** `PUT /pools/x`, in the order in which they came. */
  readonly asked: string[] = []
  readonly #world: ToyWorld
  readonly #timers = new Set<NodeJS.Timeout>()
  #scripts: { next: Ending; times: number }[] = []

  constructor(world: ToyWorld) {
    this.#world = world
    const { stateFile = '', cluster } = world
    this.state = existsSync(stateFile)
      ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State)
      : { version: 1, cluster, pools: {}, moulds: {} }
    for (const pool of Object.values(this.state.pools)) if (isMoving(pool)) this.#moveOn(pool, undefined)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  script(script: Script | undefined): void {
    if (script === undefined) this.#scripts = []
    else {
      const next = ENDINGS.find((each) => each === script.next)
      if (next === undefined) throw new Error(`no ending "${script.next}"`)
      this.#scripts.push({ next, times: script.times ?? 1 })
    }
  }

  answer({ method, path, body }: CloudRequest): CloudAnswer {
    this.asked.push(`${method} ${path}`)
    const [, kind = '', name = ''] = path.split('/')
    const { pools, moulds, cluster } = this.state
    if (kind === 'cluster') return { status: 200, body: { name: cluster } }
    if (kind === 'moulds') return this.#answerMould(method, name, body)
    if (name === '') return { status: 200, body: Object.values(pools) }
    if (method === 'PUT') return this.#put(name, body as PoolWish & { isNew: boolean }, moulds[name])
    const pool = pools[name]
    if (pool === undefined) return refuse(404, 'nothing', `there is no pool ${name}`)
    if (method === 'POST') return this.#melt(pool, (body as { names: string[] }).names)
    return method === 'DELETE' ? this.#remove(pool) : { status: 200, body: pool }
  }

  #answerMould(method: string, name: string, body: unknown): CloudAnswer {
    const { moulds, pools } = this.state
    if (method === 'GET') return { status: 200, body: Object.values(moulds) }
    if (method === 'PUT') moulds[name] = { name, ...(body as Pick<Mould, 'owner'>) }
    else if (pools[name] !== undefined) return refuse(409, 'busy', `the pool ${name} is cast from it`)
    else delete moulds[name]
    this.#save()
    return { status: 200, body: {} }
  }

  #put(name: string, { isNew, ...wish }: PoolWish & { isNew: boolean }, mould: Mould | undefined): CloudAnswer {
    const before = this.state.pools[name]
    if (isNew && before !== undefined) return refuse(409, 'exists', `there is a pool ${name}`)
    if (before !== undefined && isMoving(before)) return refuse(409, 'busy', `the pool ${name} is ${before.state}`)
    if (mould === undefined) return refuse(404, 'nothing', `there is no mould for ${name}`)
    const ending = this.#take('quota', 'allocation', 'never-joins', 'slow')
    if (ending === 'quota') return refuse(403, 'quota', 'so many toys are not yours to have')
    const pool: ToyPool = { ...wish, name, state: 'making', cast: before?.cast ?? [] }
    this.state.pools[name] = pool
    this.#save()
    this.#moveOn(pool, ending)
    return { status: 200, body: pool }
  }

  /** The last word on a machine is its number. */
  #melt(pool: ToyPool, names: readonly string[]): CloudAnswer {
    if (isMoving(pool)) return refuse(409, 'busy', `the pool ${pool.name} is ${pool.state}`)
    pool.state = 'melting'
    pool.cast = pool.cast.filter((index) => !names.includes(`toy-${pool.name}-${index}`))
    pool.count = pool.cast.length
    this.#save()
    this.#moveOn(pool, this.#take('slow'))
    return { status: 200, body: pool }
  }

  #remove(pool: ToyPool): CloudAnswer {
    if (isMoving(pool)) return refuse(409, 'busy', `the pool ${pool.name} is ${pool.state}`)
    const ending = this.#take('hold', 'hold-late', 'slow')
    if (ending === 'hold') return refuse(409, 'held', 'a child holds it')
    pool.state = 'going'
    delete pool.why
    this.#save()
    this.#moveOn(pool, ending)
    return { status: 200, body: pool }
  }

  #take(...those: Ending[]): Ending | undefined {
    const script = this.#scripts.find(({ next }) => those.includes(next))
    if (script === undefined) return undefined
    script.times -= 1
    this.#scripts = this.#scripts.filter(({ times }) => times > 0)
    return script.next
  }

  #moveOn(pool: ToyPool, ending: Ending | undefined): void {
    const seconds = pool.state !== 'making' ? DELETE_SECONDS : MACHINE_SECONDS
    const ms = this.#world.scaled(seconds) * (ending === 'slow' ? 20 : 1)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#arrive(pool, ending).finally(() => this.#save())
    }, ms)
    this.#timers.add(timer)
  }

  async #arrive(pool: ToyPool, ending: Ending | undefined): Promise<void> {
    const { machines, skus } = this.#world
    if (pool.state === 'going') {
      if (ending === 'hold-late') return breakIt(pool, { code: 'held', words: 'a child will not let go of it' })
      await machines?.remove(pool.name)
      delete this.state.pools[pool.name]
      return
    }
    if (ending === 'allocation') return breakIt(pool, { code: 'stock', words: `no ${pool.machine} is left` })
    if (pool.state === 'melting') {
      const there = new Set(pool.cast.map((index) => `toy-${pool.name}-${index}`))
      const all = Array.from({ length: MOST_MACHINES }, (_, index) => `toy-${pool.name}-${index}`)
      await machines?.removeNodes(all.filter((name) => !there.has(name)))
      pool.state = 'there'
      return
    }
    const sku = skus.find(({ instanceType }) => instanceType === pool.machine)
    const free = Array.from({ length: MOST_MACHINES }, (_, index) => index).filter(
      (index) => !pool.cast.includes(index),
    )
    pool.cast = [...pool.cast, ...free].slice(0, pool.count)
    const cast = pool.cast.map((index) => machineOf(pool, index, sku))
    if (ending !== 'never-joins') await machines?.join(cast)
    pool.state = 'there'
  }

  #save(): void {
    const { stateFile } = this.#world
    if (stateFile === undefined) return
    writeFileSync(`${stateFile}.new`, JSON.stringify(this.state))
    renameSync(`${stateFile}.new`, stateFile)
  }
}

function isMoving({ state }: ToyPool): boolean {
  return state === 'making' || state === 'melting' || state === 'going'
}

function breakIt(pool: ToyPool, why: Complaint): void {
  pool.state = 'broken'
  pool.why = why
}

function refuse(status: number, code: Complaint['code'], words: string): CloudAnswer {
  return { status, body: { code, words } satisfies Complaint }
}

function machineOf(
  { name, labels, taints, diskGiB }: Pick<ToyPool, 'name' | 'labels' | 'taints' | 'diskGiB'>,
  index: number,
  sku: GpuSku | undefined,
): Machine {
  return {
    name: `toy-${name}-${index}`,
    providerId: `toy://meadow/${name}/${index}`,
    instanceType: sku?.instanceType ?? 'toy.none',
    vcpus: sku?.vcpus ?? 4,
    memoryGiB: sku?.memoryGiB ?? 16,
    diskGiB,
    gpus: sku?.gpuCount ?? 0,
    labels: { ...labels, [POOL_LABEL]: name },
    taints,
  }
}

/** The state of the fake: kept in memory, written to a file when asked, moved on by timers. */
import { existsSync, readFileSync } from 'node:fs'
import { writeWhole } from '../../own-files.ts'
import type { Machine, Machines } from '../machines.ts'
import { instancesOf, machineOf, resize } from './machines.ts'
import type { Ending, FakeIdentity, FakeState, OperationRecord, PoolRecord } from './model.ts'
import { type Offer, SYSTEM_TYPE } from './offer.ts'
import { allocation, askedOf, drainFailed, quotaLate } from './texts.ts'

interface StoreOptions {
  fake: FakeIdentity
  offer: Offer
  /** Milliseconds from submit to end. */
  delayOf(kind: OperationRecord['kind']): number
  stateFile?: string
  /** Absent: there is no cluster that they could join. */
  machines?: Machines
  /** The file could not be written: the cloud goes on. */
  onFailure(error: unknown): void
}

/** The pool that every AKS cluster has, and that kaito must never touch. */
export function systemPool(): PoolRecord {
  const properties = { count: 1, vmSize: SYSTEM_TYPE.instanceType, mode: 'System', osDiskSizeGB: 128 }
  return { name: 'system', properties, provisioningState: 'Succeeded', eTag: 'system-0' }
}

function emptyState(): FakeState {
  return { version: 1, pools: { system: systemPool() }, operations: {}, serial: 0 }
}

export class Store {
  state: FakeState
  readonly #options: StoreOptions
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(options: StoreOptions) {
    this.#options = options
    const { stateFile } = options
    const isKept = stateFile !== undefined && existsSync(stateFile)
    this.state = isKept ? (JSON.parse(readFileSync(stateFile, 'utf8')) as FakeState) : emptyState()
    for (const operation of Object.values(this.state.operations)) {
      if (operation.status === 'InProgress') this.#arm(operation)
    }
  }

  reset(): void {
    this.close()
    this.state = emptyState()
    this.save()
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  save(): void {
    const { stateFile } = this.#options
    if (stateFile === undefined) return
    try {
      writeWhole(stateFile, this.state)
    } catch (error) {
      this.#options.onFailure(error)
    }
  }

  nextETag(): string {
    this.state.serial += 1
    return `etag-${this.state.serial}`
  }

  /** The operation that is changing a pool now, if any. */
  pending(pool: string): OperationRecord | undefined {
    return Object.values(this.state.operations).find((op) => op.pool === pool && op.status === 'InProgress')
  }

  putPool(pool: PoolRecord): void {
    this.state.pools[pool.name] = pool
    this.save()
  }

  start(kind: OperationRecord['kind'], pool: string, ending: Ending, machines?: string[]): OperationRecord {
    this.state.serial += 1
    const serial = String(this.state.serial).padStart(12, '0')
    const startedAt = Date.now()
    const delayMs = this.#options.delayOf(kind) * (ending === 'slow' ? 20 : 1)
    const id = `0f5cd9e2-6f0a-4c6e-9d5e-${serial}`
    const operation: OperationRecord = {
      id,
      kind,
      pool,
      ending,
      startedAt,
      endsAt: startedAt + delayMs,
      status: 'InProgress',
      ...(machines === undefined ? {} : { machines }),
    }
    this.state.operations[id] = operation
    this.save()
    this.#arm(operation)
    return operation
  }

  #arm(operation: OperationRecord): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        void this.#end(operation).catch((error: unknown) => {
          const pool = this.state.pools[operation.pool]
          this.#fail(operation, pool, { code: 'EmulatorError', message: String(error) })
        })
      },
      Math.max(0, operation.endsAt - Date.now()),
    )
    this.#timers.add(timer)
  }

  async #end(operation: OperationRecord): Promise<void> {
    const { fake, machines, offer } = this.#options
    const pool = this.state.pools[operation.pool]
    if (operation.kind === 'delete') {
      if (operation.ending === 'refuse-delete-late') return this.#fail(operation, pool, drainFailed(operation.pool))
      await machines?.remove(operation.pool)
      delete this.state.pools[operation.pool]
      return this.#succeed(operation)
    }
    if (pool === undefined) return this.#succeed(operation)
    if (operation.kind === 'shrink') return this.#takeMachines(operation, pool)
    const asked = askedOf(pool.properties, offer)
    if (operation.ending === 'allocation') return this.#fail(operation, pool, allocation(asked))
    if (operation.ending === 'quota-late') return this.#fail(operation, pool, quotaLate(asked, fake))
    await this.#fill(pool, operation.ending)
    pool.provisioningState = 'Succeeded'
    delete pool.error
    return this.#succeed(operation)
  }

  async #fill(pool: PoolRecord, ending: Ending): Promise<void> {
    const { machines } = this.#options
    const before = this.machinesOf({ ...pool, instances: pool.instances ?? [] })
    resize(pool)
    const there = this.machinesOf(pool)
    const gone = before.filter(({ name }) => there.every((machine) => machine.name !== name))
    await machines?.removeNodes(gone.map(({ name }) => name))
    const hasGpus = ending !== 'no-gpus'
    if (ending === 'never-joins') return
    await machines?.join(hasGpus ? there : there.map((machine) => ({ ...machine, gpus: 0 })))
  }

  /** ASSUMED: that the count follows, as the cluster autoscaler and the portal show it. */
  async #takeMachines(operation: OperationRecord, pool: PoolRecord): Promise<void> {
    if (operation.ending === 'refuse-shrink-late') return this.#fail(operation, pool, drainFailed(operation.pool))
    const leaving = operation.machines ?? []
    pool.instances = this.machinesOf(pool).flatMap(({ name, index }) => (leaving.includes(name) ? [] : [index]))
    pool.properties = { ...pool.properties, count: pool.instances.length }
    await this.#options.machines?.removeNodes(leaving)
    pool.provisioningState = 'Succeeded'
    pool.eTag = this.nextETag()
    delete pool.error
    return this.#succeed(operation)
  }

  /** Those of its scale set now. */
  machinesOf(pool: PoolRecord): (Machine & { index: number })[] {
    const { fake, offer } = this.#options
    const type = offer.find(pool.properties.vmSize)
    return instancesOf(pool).map((index) => ({ ...machineOf(pool, index, fake, type), index }))
  }

  #succeed(operation: OperationRecord): void {
    operation.status = 'Succeeded'
    this.save()
  }

  #fail(operation: OperationRecord, pool: PoolRecord | undefined, error: NonNullable<PoolRecord['error']>): void {
    operation.status = 'Failed'
    operation.error = error
    if (pool !== undefined) {
      pool.provisioningState = 'Failed'
      pool.error = error
      pool.eTag = this.nextETag()
    }
    this.save()
  }
}

/** The state of the fake: kept in memory, written to a file when asked, moved on by timers. */
import { existsSync, readFileSync } from 'node:fs'
import { writeWhole } from '../../own-files.ts'
import type { Machines } from '../machines.ts'
import { machinesOf } from './machines.ts'
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

  start(kind: OperationRecord['kind'], pool: string, ending: Ending): OperationRecord {
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
    const asked = askedOf(pool.properties, offer)
    if (operation.ending === 'allocation') return this.#fail(operation, pool, allocation(asked))
    if (operation.ending === 'quota-late') return this.#fail(operation, pool, quotaLate(asked, fake))
    if (operation.ending !== 'never-joins') await this.#join(pool, operation.ending !== 'no-gpus')
    pool.provisioningState = 'Succeeded'
    delete pool.error
    return this.#succeed(operation)
  }

  async #join(pool: PoolRecord, hasGpus: boolean): Promise<void> {
    const { fake, machines, offer } = this.#options
    const made = machinesOf(pool, fake, offer.find(pool.properties.vmSize))
    await machines?.join(hasGpus ? made : made.map((machine) => ({ ...machine, gpus: 0 })))
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

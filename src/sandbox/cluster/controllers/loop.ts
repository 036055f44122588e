/** Runs the controllers whenever something has changed or is due. Each looks at the whole state and takes the next step. */
import type { ObjectStore } from '../store/objects.ts'

export interface World {
  store: ObjectStore
  /** Milliseconds. */
  now(): number
  /** Real seconds of a phase → milliseconds here, under the speed factor. */
  scaled(seconds: number): number
}

/** Returns when it wants to look again, in milliseconds since 1970; undefined: only when something changes. */
export type Controller = (world: World) => number | undefined

/** Several objects change within one request. */
const SETTLE_MS = 5
/** A state that never settles is a bug; the rest of the sandbox goes on. */
const ROUNDS = 50
const LONGEST_MS = 60_000

export class Loop {
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #isRunning = false
  readonly #world: World
  readonly #controllers: readonly Controller[]
  readonly #onFailure: (error: unknown) => void
  readonly #off: () => void

  /** @param onFailure of one controller: the others go on. */
  constructor(world: World, controllers: readonly Controller[], onFailure: (error: unknown) => void) {
    this.#world = world
    this.#onFailure = onFailure
    this.#controllers = controllers
    this.#off = world.store.onChange(() => this.wake())
  }

  wake(at: number = this.#world.now() + SETTLE_MS): void {
    if (this.#isRunning || at >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.min(LONGEST_MS, at - this.#world.now())))
  }

  stop(): void {
    this.#off()
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#isRunning = true
    let due: number[] = []
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { version } = this.#world.store
        due = this.#controllers.flatMap((controller) => this.#stepOf(controller) ?? [])
        if (this.#world.store.version === version) break
      }
    } finally {
      this.#isRunning = false
    }
    const next = Math.min(...due, this.#world.now() + LONGEST_MS)
    this.wake(Math.max(next, this.#world.now() + 1))
  }

  #stepOf(controller: Controller): number | undefined {
    try {
      return controller(this.#world)
    } catch (error) {
      this.#onFailure(error)
      return undefined
    }
  }
}

/** An engine as the sandbox plays it: what a container of it is going to be, what it logs, and what answers on its port. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Supply } from '#core/plan/engine.ts'
import type { EngineId } from '#core/workspace/engine-traits.ts'
import type { Ending } from '../ending.ts'
import type { ContainerSpec } from '../pod.ts'

export interface SimulatedEngine {
  readonly id: EngineId
  /** As the engine would read it. */
  read(container: ContainerSpec, supply: Supply): Launch | Refusal
  /**
   * What a start writes, line by line.
   * @param at the time at a share of the start, from 0 to 1.
   * @param ending absent: it succeeds.
   */
  log(launch: Launch, at: (share: number) => Date, ending?: Ending): Line[]
  serve(launch: Launch, setting: Setting): (request: IncomingMessage, response: ServerResponse) => void
}

/** A container that starts. */
export interface Launch {
  /** Of the engine. */
  version: string
  model: string
  servedNames: string[]
  maxModelLen: number
  /** It found the length itself, below this one. */
  autoFrom?: number
  weightsGib: number
  gpus: number
  port: number
  /** Real seconds, from the container's start to the first answer. */
  bootSeconds: number
}

/** A container whose engine does not take its flags, and ends. */
export interface Refusal {
  port: number
  bootSeconds: number
  exitCode: number
  /** Its last lines. */
  says: readonly string[]
}

export function isRefusal(read: Launch | Refusal): read is Refusal {
  return 'says' in read
}

export interface Line {
  at: Date
  text: string
}

/** What a server has beside its flags. */
export interface Setting {
  startedAt: Date
  /** Requests must bring it, when given. */
  apiKey?: string
  /** Base URL of a real OpenAI-compatible server that answers instead, e.g. http://127.0.0.1:11434/v1 */
  passTo?: string
}

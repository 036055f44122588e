/** A cloud as the sandbox plays it: over HTTP, for the same client as the real one. */
import type { GpuSku } from '#core/catalog/schema.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import type { Machine, Machines } from './machines.ts'

export interface SimulatedCloud {
  readonly id: CloudId
  /** The machine that a cluster of this cloud has before anybody makes a pool. */
  firstMachine(cluster: string): Machine
  start(world: CloudWorld): Promise<RunningCloud>
}

/** What it is played in. */
export interface CloudWorld {
  /** The name of the cluster; every name says that it is simulated. */
  cluster: string
  machines: Machines
  /** What the region offers. */
  skus: readonly GpuSku[]
  /** Real seconds of a phase → milliseconds here. */
  scaled(seconds: number): number
  /** What it holds over restarts. */
  stateFile: string
  /** Without it in their path, requests are refused. */
  token: string
  /** Of its file: the cloud goes on. */
  onFailure(error: unknown): void
}

export interface RunningCloud {
  /** What makes the real client come here. */
  env: Record<string, string>
  /** How it ends what is asked of it next; undefined: what was scripted and not used is taken back. Throws on what it cannot play. */
  script(script: Script | undefined): void
  close(): Promise<void>
}

export interface Script {
  /** `quota`, `allocation`, `never-joins`: every cloud plays the drills. What else it plays is its own. */
  next: string
  /** 1 unless told. */
  times?: number
}

/** The cloud says that a pool is ready when its machine has started; how the 284 s divide is assumed. */
export const MACHINE_SECONDS = 240
/** Assumed: no source was read. */
export const DELETE_SECONDS = 120

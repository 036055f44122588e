/** What the core asks of an engine. Each is whole in a folder of runtimes/, whose registry has a row for it. */
import type { Advice } from '../advice.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FlagTable, ModelPreset } from '../catalog/schema.ts'
import type { EngineLog } from '../failures/engine-log.ts'
import type { EngineSettings, GpuShape, KvShape, Load, MemoryTerm, StartupTerm } from '../sizing/types.ts'
import type { Engines, EngineTraits } from '../workspace/engine-traits.ts'
import type { Scalar } from '../workspace/spec.ts'
import type { Plan } from './types.ts'

/** Flags by name without dashes; `true` is a bare flag. */
export type EngineArgs = Readonly<Record<string, Scalar>>

export interface Engine extends EngineTraits, EngineLog {
  /** Whether adapters come and go while it runs, or are named at its start. */
  readonly adapters: 'hot' | 'at-start' | 'none'
  /** Flags that `memory` and `kv` depend on. */
  readonly inEstimate: readonly string[]
  /** Flags that change the memory that is needed in ways that `memory` and `kv` leave out. */
  readonly notInEstimate: readonly string[]
  /** The vocabulary is padded to a multiple of this before it is split. */
  readonly vocabularyPadding: number
  readonly api: EngineApi
  /** Throws USAGE for a value that makes no sense. */
  readSettings(args: EngineArgs): EngineSettings
  checkFlags(args: EngineArgs, table: FlagTable): FlagAnswer
  /** Flags of earlier versions as this one has them. */
  upToDate(args: EngineArgs, table: FlagTable): UpToDate
  /** Files that it opens at its start, named from the root and not brought by its image. */
  filesIn(args: EngineArgs): EngineFile[]
  /** Flags that others among them take the effect from. */
  withoutEffect(args: EngineArgs): FlagProblem[]
  /** Whether this version finds the longest context that fits by itself, and so for this model; absent: no version does. */
  choosesLength?(model: ModelPreset, version: string): boolean
  /** What is left open and hangs on the GPU; absent: nothing does. */
  settleOn?(gpu: GpuShape, settings: EngineSettings): EngineSettings
  /** Everything on a GPU but the weights and the KV cache. */
  memory(load: Load): MemoryTerm[]
  kv(load: Load): KvShape
  /** From the last byte of the weights to the first answer. */
  startup(model: ModelPreset, settings: EngineSettings): StartupTerm[]
  /** @param table of the version that is going to run. */
  container(plan: Plan, table: FlagTable | undefined): ContainerPlan
}

export interface EngineApi {
  /** Where it listens in its pod. */
  port: number
  /** 200 once it serves. */
  health: string
  /** Lists what it serves, as OpenAI does. */
  models: string
  /** The variable from which it takes the key that requests must bring. */
  keyVariable: string
  /** Where adapters are loaded and unloaded while it runs. */
  load?: string
  unload?: string
}

/** What is wrong with flags. */
export interface FlagAnswer {
  /** kaito sets these itself. */
  settled: FlagProblem[]
  /** The engine has no such flag, or none with such a value. */
  wrong: FlagProblem[]
}

export interface UpToDate {
  args: Record<string, Scalar>
  /** What was left out, or taken as another. */
  told: FlagProblem[]
}

export interface EngineFile {
  flag: string
  path: string
}

export interface FlagProblem {
  /** As `flagName` spells it. */
  flag: string
  says: string
  hint?: Advice
}

export interface ContainerPlan {
  /** Absent: the image's own. */
  command?: string[]
  args: string[]
  env: EnvVar[]
  port: number
  /** Seconds that SIGTERM lets requests finish in. */
  drainSeconds: number
  /** Size of /dev/shm. */
  shmGiB: number
}

export interface EnvVar {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

export type EngineRegistry = Engines<Engine>

/** What planning chooses from. */
export interface Supply {
  catalog: Catalog
  engines: EngineRegistry
}

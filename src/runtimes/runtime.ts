/** How an engine is told its settings. One folder per engine; none knows Kubernetes or a cloud. */
import type { Plan } from '#core/plan/types.ts'

export interface EnvVar {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

export interface EngineSettings {
  args: string[]
  env: EnvVar[]
  /** Where the engine listens. */
  port: number
  /** Seconds that SIGTERM lets requests finish in. */
  drainSeconds: number
  /** Size of /dev/shm. */
  shmGiB: number
}

export interface Runtime {
  /** Folder of its templates. */
  name: string
  describe(plan: Plan): EngineSettings
}

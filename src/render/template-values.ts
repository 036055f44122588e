/** What the holes of a template may ask for. */
const OF_A_PLAN = [
  'name',
  'namespace',
  'labels',
  'selector',
  'replicas',
  'image',
  'command',
  'args',
  'env',
  'port',
  'health',
  'home',
  'runAsUser',
  'runAsGroup',
  'imagePullSecrets',
  'nodeSelector',
  'tolerations',
  'preStopSeconds',
  'terminationGracePeriodSeconds',
  'startupFailureThreshold',
  'gpus',
  'cpuRequest',
  'memoryRequest',
  'storageRequest',
  'shmSize',
] as const

export type PlanValues = Readonly<Record<(typeof OF_A_PLAN)[number], unknown>>

/** With what the engine runs in, filled in, and what a kind of work has besides. */
export const TEMPLATE_VALUES: readonly string[] = [
  ...OF_A_PLAN,
  'container',
  'volumes',
  'strategy',
  'progressDeadlineSeconds',
]

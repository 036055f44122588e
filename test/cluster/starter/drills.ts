/**
 * The drills of the sandbox on the bed: in a namespace of its own, `drill-NAME`, kwok leads a pod into the state that a
 * kubelet would report (compare test/node/suite, where a real one does), and serves the engine's last words.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { DRILLS, type Drill } from '#sandbox/drills.ts'
import { failureLog } from '#sandbox/engines/vllm/failure-lines.ts'

export const drillNamespace = (name: string): string => `drill-${name}`

/** A pull that takes longer than the others. */
const SLOW_MS = 8_000
/** Above 0, so that kwok's own stages, which have no weight, are passed over. */
const WEIGHT = 1_000
const MODEL = 'mistralai/Mistral-7B-Instruct-v0.3'
const NEW = [
  { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
  { key: '.status.phase', operator: 'In', values: ['Pending'] },
]

/** The container's status, as a template of kwok's; `more` is the YAML below it. */
function status(phase: 'Pending' | 'Running', restarts: number, more: string): string {
  return `phase: ${phase}
conditions:
- { type: Initialized, status: "True" }
- { type: Ready, status: "False", reason: ContainersNotReady }
- { type: ContainersReady, status: "False", reason: ContainersNotReady }
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: ${restarts}
${more}
{{ end }}
`
}

const CREATING = status('Pending', 0, '  state: { waiting: { reason: ContainerCreating } }')
const NOT_FOUND = status(
  'Pending',
  0,
  `  state:
    waiting:
      reason: ErrImagePull
      message: {{ printf "failed to pull and unpack image %q: failed to resolve reference %q: %s: not found" .image .image .image | Quote }}`,
)
const ended = (exitCode: number, reason: string): string =>
  `terminated: { exitCode: ${exitCode}, reason: ${reason}, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }} }`
const OOM_KILLED = status('Running', 0, `  state: { ${ended(137, 'OOMKilled')} }`)
const CRASHED = status('Running', 0, `  state: { ${ended(1, 'Error')} }`)
const LOOP = status(
  'Running',
  2,
  `  state: { waiting: { reason: CrashLoopBackOff, message: back-off 20s restarting failed container } }
  lastState: { ${ended(1, 'Error')} }`,
)

/** What becomes of a new pod; undefined: what becomes of every pod. */
function fateOf({ pull, crash, killed, apiServer, code }: Drill): string | undefined {
  if (pull === 'not-found') return NOT_FOUND
  if (killed === true) return OOM_KILLED
  if (crash !== undefined) return code === 'CRASH_LOOP' ? LOOP : CRASHED
  return pull !== undefined || apiServer !== undefined ? CREATING : undefined
}

function stage(name: string, conditions: object[], delayMs: number, next: object): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind: 'Pod' },
      selector: { matchExpressions: conditions },
      weight: WEIGHT,
      delay: { durationMilliseconds: delayMs },
      next,
    },
  }
}

/** @param readyStage kwok's own, which makes a pod Ready. */
export function drillStages(readyStage: string): object[] {
  const ready = (parse(readFileSync(readyStage, 'utf8')) as { spec: { next: object } }).spec.next
  return DRILLS.flatMap((drill) => {
    const name = drillNamespace(drill.name)
    const fate = fateOf(drill)
    if (fate === undefined) return []
    const here = [...NEW, { key: '.metadata.namespace', operator: 'In', values: [name] }]
    const isUntouched = { key: '.status.containerStatuses', operator: 'DoesNotExist' }
    const isTouched = { key: '.status.containerStatuses', operator: 'Exists' }
    if (drill.code !== undefined) return [stage(name, here, 0, { statusTemplate: fate })]
    return [
      stage(name, [...here, isUntouched], 0, { statusTemplate: fate }),
      stage(`${name}-ready`, [...here, isTouched], SLOW_MS, ready),
    ]
  })
}

/** The logs of pods that crash: kwok's settings, and the files that they name. */
export function drillLogs(folder: string): { settings: object; file: string; text: string }[] {
  return DRILLS.flatMap(({ name, crash }) => {
    if (crash === undefined) return []
    const file = join(folder, `${drillNamespace(name)}.cri.log`)
    const lines = failureLog(crash.by, { model: MODEL, maxModelLen: 32_768 })
    return {
      file,
      // As a container runtime writes it.
      text: lines.map((line) => `${new Date().toISOString()} stderr F ${line}\n`).join(''),
      settings: {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'ClusterLogs',
        // Before the engine's, by name.
        metadata: { name: `a-${drillNamespace(name)}` },
        spec: {
          selector: { matchNamespaces: [drillNamespace(name)] },
          logs: [{ logsFile: file, previousLogsFile: file }],
        },
      },
    }
  })
}

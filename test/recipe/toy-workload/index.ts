/** A kind of work that nobody ships: one pod that runs to its end, and answers nobody. */
import { KINDS } from '#core/objects/kinds.ts'
import type { JsonObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { RolloutVerdict, RolloutView } from '#core/status/rollout.ts'
import type { Workload } from '#core/workload/workload.ts'

const ANNOTATION = 'toy.example/runs-to-its-end'

export const errand: Workload = {
  kind: 'errand',
  worker: KINDS.job,
  answers: false,
  readySays: 'it has come to its end',
  wants: ({ annotations }) => annotations[ANNOTATION] === 'true',
  applied: [KINDS.job],
  followed: [KINDS.job, KINDS.pod, KINDS.event],
  expected: () => [KINDS.job],
  templates: () => ['errand/job.yaml'],
  values: () => ({}),
  settle: (objects) => [...objects],
  warnings: () => [],
  judge,
}

interface JobBody {
  status?: { conditions?: { type: string; status: string; message?: string }[] }
}

function judge({ worker }: RolloutView): RolloutVerdict {
  const { conditions = [] } = (worker as JobBody | undefined)?.status ?? {}
  const ended = conditions.find(({ status }) => status === 'True')
  if (ended === undefined) return { verdict: 'moving', message: 'it is on its way' }
  if (ended.type === 'Complete') return { verdict: 'ready', pods: [] }
  const message = ended.message ?? 'it did not come back'
  return { verdict: 'hopeless', code: 'WORKLOAD_FAILED', message, reason: message, resource: undefined }
}

const hole = (name: string): JsonObject => ({ $eval: name })

const JOB: JsonObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: hole('name'), namespace: hole('namespace'), labels: hole('labels') },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: hole('labels') },
      spec: {
        restartPolicy: 'Never',
        nodeSelector: hole('nodeSelector'),
        tolerations: hole('tolerations'),
        containers: [hole('container')],
        volumes: hole('volumes'),
      },
    },
  },
}

/** The engine's container is that of every kind of work. */
export function withErrand(shipped: TemplateSet): TemplateSet {
  return { read: (name) => (name === 'errand/job.yaml' ? JOB : shipped.read(name)) }
}

/** Jobs, as the sandbox plays them: one pod each, which ends some time after its engine has begun. */
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Controller, World } from '#sandbox/cluster/controllers/loop.ts'
import { podsOf } from '#sandbox/cluster/controllers/replica-sets.ts'
import type { Pod } from '#sandbox/pod.ts'

const RUN_SECONDS = 600

interface Job extends KubeObject {
  spec: { template: { metadata: { labels?: Record<string, string> }; spec: object } }
  status?: { conditions?: object[] }
}

export const reconcileJobs: Controller = (world) => {
  const due = (world.store.list(KINDS.job) as Job[]).flatMap((job) => stepOf(job, world) ?? [])
  return due.length === 0 ? undefined : Math.min(...due)
}

/** When it goes on, if that is known. */
function stepOf(job: Job, { store, now, scaled }: World): number | undefined {
  if (job.status?.conditions !== undefined || job.metadata.deletionTimestamp !== undefined) return undefined
  const [pod] = podsOf(store, job)
  if (pod === undefined) return void store.put(podOf(job))
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True')
  if (ready === undefined) return undefined
  const end = Date.parse(ready.lastTransitionTime ?? '') + scaled(RUN_SECONDS)
  if (now() < end) return end
  const conditions = pod.status?.conditions?.map((each) =>
    each.type === 'Ready' ? { ...each, status: 'False' as const, reason: 'PodCompleted' } : each,
  )
  store.put({ ...pod, status: { ...pod.status, phase: 'Succeeded', ...(conditions && { conditions }) } } as Pod)
  return void store.put({ ...job, status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } })
}

function podOf({ metadata, spec }: Job): KubeObject {
  const { name, namespace, uid = '' } = metadata
  const { labels = {} } = spec.template.metadata
  return {
    ...typeOf(KINDS.pod),
    metadata: {
      name: `${name}-only`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [{ ...typeOf(KINDS.job), name, uid }],
    },
    spec: spec.template.spec,
    status: { phase: 'Pending' },
  } as KubeObject
}

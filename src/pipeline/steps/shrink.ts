/** Drained nodes → machines that the cloud bills no more. */
import type { CloudPort } from '#clouds/cloud.ts'
import { advice, kaito } from '#core/advice.ts'
import type { NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeIn } from '#core/objects/labels.ts'
import { providerIdOf } from '#core/status/nodes.ts'
import type { Standing } from '#core/status/standing.ts'
import type { Ports } from '../ports.ts'
import { asked, following, isEnded, type PoolProgress, poolLearned, ROUNDS, standingOfBusy } from './pool-progress.ts'
import type { Place, Seen, Step } from './step.ts'

/** A node object may outlive its machine by the time that its controller takes. */
const GONE_BUDGET_MS = 5 * 60_000

/** Takes every machine but those of the nodes that stay, also one that never joined, and proves it at the cloud. */
export function shrinkStep(
  request: NodePoolRequest,
  cloud: CloudPort,
  keep: (token: string | undefined) => Promise<unknown>,
  place: Place,
): Step {
  const { name } = request
  const key = progressOf(request)
  const tell = (state: string, { emit }: Pick<Ports, 'emit'>): void =>
    emit({ type: 'step.progress', phase: 'provision', subject: `node pool ${name}`, state })
  const surplus = async (seen: Seen, { signal }: Ports): Promise<string[]> => {
    const staying = new Set(stayingNodes(seen, request).map(providerIdOf))
    const machines = await cloud.machines(name, signal)
    return machines.filter(({ providerId }) => !staying.has(providerId.toLowerCase())).map((each) => each.name)
  }
  const submit = async (seen: Seen, before: PoolProgress | undefined, ports: Ports): Promise<PoolProgress> => {
    const machines = await surplus(seen, ports)
    const submitted = await cloud.submit({ kind: 'shrink', name, machines }, ports.signal)
    return asked(before, submitted, (state) => tell(state, ports))
  }
  return {
    ...place,
    name: 'shrink',
    kinds: ['nodes'],
    judge: ({ learned }) => standingOf(learned.pools?.[key], request),
    async act(seen, ports) {
      const progress = seen.learned.pools?.[key]
      if (progress !== undefined && !progress.isKept) {
        await keep(progress.submitted.token)
        return poolLearned(key, { ...progress, isKept: true })
      }
      refuseTooFew(seen, request)
      return poolLearned(key, await submit(seen, progress, ports))
    },
    async look(seen, ports) {
      const progress = seen.learned.pools?.[key]
      if (progress === undefined) return {}
      const { submitted, operation } = progress
      if (submitted.outcome === 'busy') return poolLearned(key, await submit(seen, progress, ports))
      if (isToProve(progress)) {
        const hasMore = (await surplus(seen, ports)).length > 0
        return poolLearned(key, { ...progress, ...(hasMore ? { hasMore } : { isProved: true }) })
      }
      const next = await cloud.poll(request, submitted.token, ports.signal)
      if (next.rawState !== operation?.rawState) tell(next.rawState, ports)
      return poolLearned(key, { ...progress, operation: next })
    },
  }
}

/** Its own, beside that of making the pool. */
function progressOf({ name }: Pick<NodePoolRequest, 'name'>): string {
  return `${name}, shrunk`
}

function isToProve({ submitted, operation }: PoolProgress): boolean {
  return submitted.outcome === 'adopted' || submitted.outcome === 'gone' || operation?.state === 'done'
}

function standingOf(progress: PoolProgress | undefined, request: NodePoolRequest): Standing {
  if (progress === undefined) return { is: 'due', because: 'the cloud has not been asked to take machines away' }
  if (progress.isProved) return { is: 'done' }
  if (!progress.isKept) return { is: 'due', because: 'its operation is not written down' }
  const busy = standingOfBusy(progress)
  if (busy !== undefined) return busy
  const { operation, rounds, hasMore } = progress
  if (hasMore)
    return rounds < ROUNDS
      ? { is: 'due', because: 'the pool has more machines' }
      : { is: 'hopeless', error: stillBills(request, undefined) }
  if (isToProve(progress)) return { is: 'moving', says: 'shrunk', stage: 'proof', ask: { ms: 0 } }
  if (operation === undefined || !isEnded(operation)) return following(operation)
  const failure = operation.state === 'done' ? undefined : operation.failure
  return { is: 'hopeless', error: stillBills(request, failure) }
}

/** Of the pool's nodes in the cluster, those that were not chosen to go. */
function stayingNodes({ nodes, learned: { leaving = [] } }: Seen, request: NodePoolRequest): KubeObject[] {
  return nodes.filter((node) => isNodeIn(node, request) && !leaving.includes(node.metadata.name))
}

/** A machine that is needed and has no node yet would be taken for one that is not. */
function refuseTooFew(seen: Seen, request: NodePoolRequest): void {
  const staying = stayingNodes(seen, request).length
  if (staying >= request.count) return
  throw new KaitoError({
    code: 'NODE_NOT_READY',
    phase: 'provision',
    message: `Node pool ${request.name} has ${staying} nodes in the cluster, and ${request.count} are to stay: no machine was taken away.`,
    hint: 'Run the same command again when its nodes have joined.',
    retryable: 'later',
    resource: { kind: 'NodePool', name: request.name },
  })
}

function stillBills({ name, owner }: NodePoolRequest, cause: KaitoError | undefined): KaitoError {
  const { workspace, namespace } = owner
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'provision',
    message: `Machines of node pool ${name} that are not needed are still there and still bill.`,
    ...(cause === undefined ? {} : { reason: cause.reason ?? cause.message, raw: cause.raw, cause }),
    hint: advice`Run the same command again. What there is: ${kaito('status', { workspace, namespace })}`,
    retryable: 'later',
    resource: { kind: 'NodePool', name },
  })
}

/** What is left of them in the cluster goes by itself. */
export function nodesLeftStep(request: NodePoolRequest, place: Place): Step {
  return {
    ...place,
    name: 'nodes left',
    kinds: ['nodes'],
    judge({ nodes, learned: { leaving = [] } }) {
      const left = nodes.filter(({ metadata }) => leaving.includes(metadata.name))
      if (left.length === 0) return { is: 'done' }
      const giveUp = { after: { clusterMs: GONE_BUDGET_MS }, error: stillBills(request, undefined) }
      return { is: 'moving', says: `${left.length} nodes are still in the cluster`, stage: 'left', giveUp }
    },
  }
}

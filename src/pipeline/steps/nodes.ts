/** Waits for the pool's nodes and their GPUs. */

import { type Advice, advice, kaito, kubectl } from '#core/advice.ts'
import { type CloudTraits, formatTaint } from '#core/cloud/cloud-traits.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { nodeSelector, workspaceSelector } from '#core/objects/labels.ts'
import type { Plan } from '#core/plan/types.ts'
import { isNodeReady, nodeGpus } from '#core/status/nodes.ts'
import type { Ports } from '../ports.ts'
import { withBudget } from '../time/budget.ts'
import type { CreateDecision } from './node-pool.ts'

/** A node joins a few minutes after its machine starts; ten is far beyond what any cloud needs. */
const JOIN_BUDGET_MS = 10 * 60_000

/** Driver and device plugin announce the GPUs within a minute or two of Ready. */
const GPU_BUDGET_MS = 5 * 60_000

/** Waits until the pool's nodes are Ready and their GPUs allocatable, each with its own budget. */
export async function awaitGpus(plan: Plan, decision: CreateDecision, ports: Ports): Promise<void> {
  const wanted = { nodes: decision.request.count, gpus: decision.sku.gpuCount }
  const labelSelector = nodeSelector(plan.objectName, plan.namespace)
  const seen = new Map<string, KubeObject>()
  const isJoined = (): boolean => [...seen.values()].filter(isNodeReady).length >= wanted.nodes
  const hasGpus = (): boolean =>
    [...seen.values()].filter((n) => isNodeReady(n) && nodeGpus(n) >= wanted.gpus).length >= wanted.nodes

  await withBudget(
    ports,
    JOIN_BUDGET_MS,
    () => notJoined(plan, decision),
    async (signal) => {
      await watchNodes(ports, labelSelector, seen, isJoined, signal)
    },
  )
  await withBudget(
    ports,
    GPU_BUDGET_MS,
    () => noGpus(decision, seen, ports),
    async (signal) => {
      if (!hasGpus()) await watchNodes(ports, labelSelector, seen, hasGpus, signal)
    },
  )
}

async function watchNodes(
  ports: Ports,
  labelSelector: string,
  seen: Map<string, KubeObject>,
  isDone: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of ports.kube.watch(KINDS.node, { signal, labelSelector })) {
    if (event.type === 'deleted') seen.delete(event.object.metadata.name)
    else if ('object' in event) {
      const before = seen.get(event.object.metadata.name)
      seen.set(event.object.metadata.name, event.object)
      report(before, event.object, ports)
    }
    if (isDone()) return
  }
}

function report(before: KubeObject | undefined, node: KubeObject, ports: Ports): void {
  const [ready, gpus] = [isNodeReady(node), nodeGpus(node)]
  if (before !== undefined && isNodeReady(before) === ready && nodeGpus(before) === gpus) return
  ports.emit({ type: 'node.status', phase: 'provision', node: node.metadata.name, ready, gpus })
}

function notJoined({ objectName, namespace }: Plan, decision: CreateDecision): KaitoError {
  const { name, instanceType } = decision.request
  return new KaitoError({
    code: 'NODE_NOT_READY',
    phase: 'provision',
    message: `The node pool ${name} (${instanceType}) exists in the cloud, but its nodes did not become Ready within 10 minutes.`,
    hint: advice`See what the nodes say: ${kubectl('get', 'nodes', '-l', workspaceSelector(objectName), '--show-labels')}; take the pool away: ${kaito('delete', { workspace: objectName, namespace, settings: { yes: true } })}`,
    retryable: 'later',
    resource: { kind: 'NodePool', name },
  })
}

function noGpus(decision: CreateDecision, seen: ReadonlyMap<string, KubeObject>, { catalog }: Ports): KaitoError {
  const nodes = [...seen.keys()]
  const traits = catalog.clouds.find(({ id }) => id === decision.cloud)
  return new KaitoError({
    code: 'GPU_NOT_ALLOCATABLE',
    phase: 'provision',
    message: `The nodes are Ready, but nvidia.com/gpu is not allocatable on ${nodes.join(', ')}.`,
    hint: advice`${traits === undefined || traits.devicePlugin === 'install' ? noPlugin(decision) : notBrought(traits)} Then run the same command again.`,
    retryable: 'later',
    resource: { kind: 'NodePool', name: decision.request.name },
  })
}

function noPlugin({ request: { taints } }: CreateDecision): Advice {
  const tolerated = taints.length === 0 ? '' : `; it must tolerate the taint ${taints.map(formatTaint).join(', ')}`
  return advice`The driver or the NVIDIA device plugin is missing there. Look for its DaemonSet: ${kubectl('get', 'daemonsets', '-A')} | grep -i nvidia${tolerated}.`
}

function notBrought({ service, devicePlugin }: CloudTraits): Advice {
  const who = devicePlugin === 'by-cloud' ? `${service} brings` : "The machine's image brings"
  return advice`${who} the driver and the device plugin, and has not done so there. See what they say: ${kubectl('get', 'pods', '-n', 'kube-system')} | grep -i nvidia; ${kubectl('describe', 'nodes')}.`
}

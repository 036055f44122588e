/** A node pool → nodes whose GPUs can be allocated. */

import { type Advice, advice, kubectl } from '#core/advice.ts'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeIn, workspaceSelector } from '#core/objects/labels.ts'
import { installPlugin } from '#core/placement/device-plugin.ts'
import type { Plan } from '#core/plan/types.ts'
import { isNodeReady, nodeGpus } from '#core/status/nodes.ts'
import type { Ports } from '../ports.ts'
import type { CreateDecision } from './node-pool.ts'
import type { Place, Seen, Step } from './step.ts'

/** A node joins a few minutes after its machine starts; ten is far beyond what any cloud needs. */
const JOIN_BUDGET_MS = 10 * 60_000

/** Driver and device plugin announce the GPUs within a minute or two of Ready. */
const GPU_BUDGET_MS = 5 * 60_000

/** The pool's nodes are Ready and their GPUs allocatable: each has its own time. */
export function nodesStep(plan: Plan, decision: CreateDecision, traits: CloudTraits | undefined, place: Place): Step {
  const { count } = decision.request
  const ofPool = ({ nodes }: Pick<Seen, 'nodes'>) => nodes.filter((node) => isNodeIn(node, decision.request))
  return {
    ...place,
    name: 'nodes',
    kinds: ['nodes'],
    judge(seen) {
      const nodes = ofPool(seen)
      const ready = nodes.filter(isNodeReady)
      const says = `${ready.length} of ${count} nodes are Ready`
      if (ready.length < count) {
        const giveUp = { after: { clusterMs: JOIN_BUDGET_MS }, error: notJoined(plan, decision) }
        return { is: 'moving', says, stage: 'join', giveUp }
      }
      if (ready.filter((node) => nodeGpus(node) >= decision.sku.gpuCount).length >= count) return { is: 'done' }
      const giveUp = { after: { clusterMs: GPU_BUDGET_MS }, error: noGpus(decision, nodes, traits) }
      return { is: 'moving', says, stage: 'gpus', giveUp }
    },
    tell(before, seen, ports) {
      const known = new Map(before?.nodes.map((node) => [node.metadata.name, node]))
      for (const node of ofPool(seen)) report(known.get(node.metadata.name), node, ports)
    },
  }
}

function report(before: KubeObject | undefined, node: KubeObject, { emit }: Pick<Ports, 'emit'>): void {
  const [ready, gpus] = [isNodeReady(node), nodeGpus(node)]
  if (before !== undefined && isNodeReady(before) === ready && nodeGpus(before) === gpus) return
  emit({ type: 'node.status', phase: 'provision', node: node.metadata.name, ready, gpus })
}

function notJoined({ objectName }: Plan, decision: CreateDecision): KaitoError {
  const { name, instanceType } = decision.request
  return new KaitoError({
    code: 'NODE_NOT_READY',
    phase: 'provision',
    message: `The node pool ${name} (${instanceType}) exists in the cloud, but its nodes did not become Ready within 10 minutes.`,
    hint: advice`Inspect the nodes: ${kubectl('get', 'nodes', '-l', workspaceSelector(objectName), '--show-labels')}`,
    retryable: 'later',
    resource: { kind: 'NodePool', name },
  })
}

function noGpus(decision: CreateDecision, seen: readonly KubeObject[], traits: CloudTraits | undefined): KaitoError {
  const nodes = seen.map(({ metadata }) => metadata.name)
  return new KaitoError({
    code: 'GPU_NOT_ALLOCATABLE',
    phase: 'provision',
    message: `The nodes are Ready, but nvidia.com/gpu is not allocatable on ${nodes.join(', ')}.`,
    hint: advice`${traits === undefined || traits.devicePlugin === 'install' ? noPlugin(decision, nodes) : notBrought(traits)} Then run the same command again.`,
    retryable: 'later',
    resource: { kind: 'NodePool', name: decision.request.name },
  })
}

/** One was found before the pool was asked for, or could not be looked for. */
function noPlugin({ request: { taints } }: CreateDecision, [node = 'NODE']: readonly string[]): Advice {
  const pods = kubectl('get', 'pods', '-A', `--field-selector=spec.nodeName=${node}`)
  return advice`See what has become of the NVIDIA device plugin there: ${pods}. Where it has no pod, install it: ${installPlugin(taints)}.`
}

function notBrought({ service, devicePlugin }: CloudTraits): Advice {
  const who = devicePlugin === 'by-cloud' ? `${service} brings` : "The machine's image brings"
  return advice`${who} the driver and the device plugin, and has not done so there. See what they say: ${kubectl('get', 'pods', '-n', 'kube-system')} | grep -i nvidia; ${kubectl('describe', 'nodes')}.`
}

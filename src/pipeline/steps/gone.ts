/** Waits until the cluster really has nothing more of a workspace: controllers and the kubelet take their time. */

import type { Kind } from '#cluster/cluster.ts'
import { advice, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn, ROWS } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { nodeSelector, selectorFor, workspaceSelector } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import { withBudget } from '../time/budget.ts'

/** Grace period of the pods plus what a controller needs. */
const GONE_BUDGET_MS = 5 * 60_000

export async function awaitGone(
  objectName: string,
  namespace: string,
  found: { pools: readonly unknown[] },
  ports: Ports,
): Promise<void> {
  const left = new Map<string, ObjectRef>()
  const onExpiry = (): KaitoError => leftInCluster(objectName, namespace, [...left.values()])
  await withBudget(ports, GONE_BUDGET_MS, onExpiry, async (signal) => {
    const waits = ROWS.filter(({ goesWith }) => goesWith !== undefined).map((row) =>
      noneLeft(kindIn(row, namespace), selectorFor(row, objectName), left, ports, signal),
    )
    if (found.pools.length > 0)
      waits.push(noneLeft(KINDS.node, nodeSelector(objectName, namespace), left, ports, signal))
    await Promise.all(waits)
  })
}

async function noneLeft(
  kind: Kind,
  labelSelector: string,
  left: Map<string, ObjectRef>,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const here = new Set<string>()
  let isSynced = false
  for await (const event of ports.kube.watch(kind, { signal, labelSelector })) {
    if (event.type === 'synced') isSynced = true
    else if ('object' in event) note(event.object, event.type === 'deleted', here, left)
    if (isSynced && here.size === 0) return
  }
}

function note(object: KubeObject, isDeleted: boolean, here: Set<string>, left: Map<string, ObjectRef>): void {
  const key = `${object.kind}/${object.metadata.name}`
  if (isDeleted) {
    here.delete(key)
    left.delete(key)
  } else {
    here.add(key)
    left.set(key, refOf(object))
  }
}

function leftInCluster(objectName: string, namespace: string, left: readonly ObjectRef[]): KaitoError {
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `${left.length} objects of workspace ${objectName} are still in the cluster after 5 minutes.`,
    details: left.map(formatRef),
    hint: advice`Look for finalizers and stuck pods: ${kubectl('get', 'pods,replicasets', '-n', namespace, '-l', workspaceSelector(objectName), '-o', 'yaml')}`,
    retryable: 'later',
  })
}

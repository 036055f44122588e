/** The root of a workspace, as the cluster has it. */
import { advice, kubectl, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { rootRef } from '#core/objects/labels.ts'
import { readRoot } from '#core/state/root.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../ports.ts'

/** The root of a workspace. CONFLICT when a ConfigMap of that name is somebody else's. */
export async function findRoot(objectName: string, namespace: string, ports: Ports): Promise<Snapshot['root']> {
  const ref = rootRef(objectName, namespace)
  const object = await ports.kube.get(ref, ports.signal)
  if (object === undefined) return undefined
  const state = readRoot(object)
  if (state !== undefined) return { object, state }
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'plan',
    message: `ConfigMap/${ref.name} in namespace ${namespace} exists, but it is not the root of a workspace.`,
    hint: advice`Use another name for the workspace (${setting('name')}), or look at it first: ${kubectl('get', 'configmap', ref.name, '-n', namespace, '-o', 'yaml')}`,
    resource: { kind: KINDS.configMap.kind, name: ref.name, namespace },
  })
}

/** A workspace that is there, with another number of replicas: all that was said of it stays. */
import { objectNameFor } from '#core/workspace/object-name.ts'
import { findRoot } from '../observe/root.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from '../prepared.ts'

/** Nodes follow in both directions. Throws NOT_FOUND. */
export async function scaleRequest(
  name: string,
  namespace: string,
  replicas: number,
  ports: Ports,
): Promise<DeployRequest> {
  const root = await findRoot(name, namespace, ports)
  if (root === undefined) throw await unknownWorkspace(name, namespace, ports)
  return {
    keeps: true,
    shrinks: true,
    // kaito 0.1.0 kept a name that it had bent.
    spec: objectNameFor(root.state.spec.name) === name ? root.state.spec : { ...root.state.spec, name },
    companions: [],
    overrides: { replicas },
    patches: [],
    placement: { namespace },
    forceConflicts: false,
  }
}

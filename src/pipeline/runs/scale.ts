/** A workspace that is there, with another number of replicas: all that was said of it stays. */
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
    spec: root.state.spec,
    companions: [],
    overrides: { replicas },
    patches: [],
    placement: { namespace },
    forceConflicts: false,
  }
}

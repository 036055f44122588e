/** Which objects a name leads to: what kaito 0.1.0 deployed under a name that it bent is found by that name, too. */
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { componentSelector } from '#core/objects/labels.ts'
import { readRoot } from '#core/state/root.ts'
import { bentName } from '#core/workspace/name-of-0-1-0.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { Ports } from '../ports.ts'

/** @param namespace undefined: of any. */
export async function findObjectName(name: string, namespace: string | undefined, ports: Ports): Promise<string> {
  const [own, bent] = [objectNameFor(name), bentName(name, ports.engines)]
  if (own === bent) return own
  const [owners, others] = await Promise.all([rootsOf(own, namespace, ports), rootsOf(bent, namespace, ports)])
  const isNamed = others.some((root) => readRoot(root)?.spec.name === name)
  return owners.length === 0 && isNamed ? bent : own
}

/** What goes wrong here goes wrong again with what is asked of the workspace, and is told there. */
async function rootsOf(
  objectName: string,
  namespace: string | undefined,
  { kube, signal }: Ports,
): Promise<KubeObject[]> {
  const options = { signal, labelSelector: componentSelector('root', objectName) }
  const kind = namespace === undefined ? KINDS.configMap : kindIn(KINDS.configMap, namespace)
  return kube.list(kind, options).catch(() => [])
}

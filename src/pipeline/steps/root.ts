/** Writes the root ConfigMap: one write after the other, whoever asks, and only when it says something new. */

import { parentMetadata } from '#cluster/apply/apply-set.ts'
import type { KindRef } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { rootRef } from '#core/objects/labels.ts'
import { type RootState, renderRoot } from '#core/state/root.ts'
import type { Ports } from '../ports.ts'
import { actsOnce, type Learned, type Step, type Titled } from './step.ts'

/** What is going to be made is written down first. */
export function intentStep(root: RootWriter, intent: RootState, groupKinds: readonly KindRef[], told: Titled): Step {
  const write = async (): Promise<Learned> => {
    await root.write(intent, groupKinds)
    return {}
  }
  return actsOnce('root', 'what is going to be made is not written down', write, { needs: [], told })
}

export interface RootWriter {
  /** The object as it is stored now; undefined before the first write. */
  current(): KubeObject | undefined
  write(state: RootState, groupKinds: readonly KindRef[]): Promise<KubeObject>
}

export function createRootWriter(
  objectName: string,
  namespace: string,
  live: KubeObject | undefined,
  ports: Ports,
): RootWriter {
  let current = live
  let last: Promise<unknown> = Promise.resolve()
  const writeNow = async (state: RootState, groupKinds: readonly KindRef[]): Promise<KubeObject> => {
    const parent = parentMetadata(rootRef(objectName, namespace), groupKinds)
    const wanted = renderRoot(objectName, namespace, state, parent)
    if (current !== undefined && saysTheSame(current, wanted)) return current
    // Whoever has lost the lock must not write.
    ports.signal.throwIfAborted()
    current = await ports.kube.apply(wanted, { signal: ports.signal, force: true })
    return current
  }
  return {
    current: () => current,
    write(state, groupKinds) {
      const written = last.then(() => writeNow(state, groupKinds))
      last = written.catch(() => undefined)
      return written
    },
  }
}

function saysTheSame(live: KubeObject, wanted: KubeObject): boolean {
  const { labels, annotations } = wanted.metadata
  return (
    contains(live.metadata.labels, labels) &&
    contains(live.metadata.annotations, annotations) &&
    isEqual(live['data'] as Record<string, string>, wanted['data'] as Record<string, string>)
  )
}

function contains(live: Record<string, string> | undefined, wanted: Record<string, string> | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => live?.[key] === value)
}

function isEqual(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(a).length === Object.keys(b).length && contains(a, b)
}

/** What the cluster says about volume claims that hold pods back. */
import { KINDS, refTo } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { claimNamesOf, waitsForClaims } from '#core/status/claims.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../../ports.ts'

/** Disks are made within a minute, shares and clones within a few. */
export const CLAIM_MS = 5 * 60_000

/** The claims of those of the pods that wait for one. */
export async function readVolumes(
  pods: readonly KubeObject[],
  { kube, signal }: Ports,
): Promise<Pick<Snapshot, 'volumes' | 'unseen'>> {
  const waiting = pods.filter(waitsForClaims)
  if (waiting.length === 0) return { volumes: undefined, unseen: new Set() }
  const refs = waiting.flatMap((pod) => {
    const { namespace } = refOf(pod)
    return claimNamesOf(pod).map((name) => refTo(KINDS.persistentVolumeClaim, name, namespace))
  })
  const [claims, classes] = await Promise.all([
    Promise.all(refs.map((ref) => kube.get(ref, signal).catch(() => undefined))),
    kube.list(KINDS.storageClass, { signal }).catch(() => undefined),
  ])
  signal.throwIfAborted()
  return {
    volumes: { claims: claims.filter((claim) => claim !== undefined), classes: classes ?? [] },
    unseen: new Set(classes === undefined ? (['classes'] as const) : []),
  }
}

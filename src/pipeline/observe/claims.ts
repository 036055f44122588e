/** What the cluster says about volume claims that hold pods back. */
import { KINDS, refTo } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { type Claims, claimEventsOf, claimNamesOf, waitsForClaims } from '#core/status/claims.ts'
import type { Ports } from '../ports.ts'
import { createPatience } from '../time/wait-timer.ts'

/** Disks are made within a minute, shares and clones within a few. */
export const CLAIM_MS = 5 * 60_000

/** Follows the claims that pods wait for. `onNews`: there is something new to judge by. */
export function createClaimWatch(ports: Ports, signal: AbortSignal, onNews: () => void) {
  const patience = createPatience(CLAIM_MS, ports, signal, onNews)
  let known = ''
  let claims: Claims | undefined
  const read = async (pods: readonly KubeObject[]): Promise<void> => {
    claims = await readClaims(pods, { ...ports, signal })
    onNews()
  }
  return {
    note(pods: readonly KubeObject[], events: readonly KubeObject[]): void {
      const waiting = pods.filter(waitsForClaims)
      patience.note(waiting.length > 0)
      const about = waiting.flatMap((pod) => [pod, ...claimEventsOf(pod, events)]).map(versionOf)
      if (about.join() === known) return
      known = about.join()
      if (waiting.length > 0) read(waiting).catch(() => undefined)
    },
    found(): { claims?: Claims; claimsOverdue: boolean } {
      const claimsOverdue = patience.isOver()
      return claims === undefined ? { claimsOverdue } : { claims, claimsOverdue }
    },
  }
}

function versionOf({ metadata }: KubeObject): string {
  return `${metadata.uid}/${metadata.resourceVersion}`
}

/** The claims of these pods. What this identity may not read is left open. */
export async function readClaims(pods: readonly KubeObject[], { kube, signal }: Ports): Promise<Claims> {
  const refs = pods.flatMap((pod) => {
    const { namespace } = refOf(pod)
    return claimNamesOf(pod).map((name) => refTo(KINDS.persistentVolumeClaim, name, namespace))
  })
  const [claims, classes] = await Promise.all([
    Promise.all(refs.map((ref) => kube.get(ref, signal).catch(() => undefined))),
    kube.list(KINDS.storageClass, { signal }).catch(() => undefined),
  ])
  signal.throwIfAborted()
  return { claims: claims.filter((claim) => claim !== undefined), classes }
}

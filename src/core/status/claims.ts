/** Volume claims that are not bound: will anything still provide a volume? Pure functions of what the cluster says. */
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { type EventBody, wordsOf } from './event.ts'

/** What a pod's claims were found to be. Each is empty or undefined where this identity may not look. */
export interface Claims {
  claims: readonly KubeObject[]
  classes: readonly KubeObject[] | undefined
}

interface PodBody {
  spec?: { volumes?: { name: string; persistentVolumeClaim?: { claimName: string }; ephemeral?: object }[] }
  status?: { conditions?: { type: string; status: string; message?: string }[] }
}
interface ClaimBody {
  spec?: { storageClassName?: string; volumeName?: string }
  status?: { phase?: string }
}

/** Source: kube-scheduler 1.36. Claims that bind only once a node is chosen hold no pod back. */
export function isUnbound(words: string): boolean {
  return /unbound immediate PersistentVolumeClaims/i.test(words)
}

export function waitsForClaims(pod: KubeObject): boolean {
  const scheduled = (pod as PodBody).status?.conditions?.find(({ type }) => type === 'PodScheduled')
  return scheduled?.status === 'False' && isUnbound(scheduled.message ?? '')
}

/** Names of the pod's claims; one that lives with the pod is named after both. */
export function claimNamesOf(pod: KubeObject): string[] {
  return ((pod as PodBody).spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (ephemeral !== undefined) return [`${pod.metadata.name}-${name}`]
    return persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName]
  })
}

/** Events about the pod's claims. */
export function claimEventsOf(pod: KubeObject, events: readonly KubeObject[]): KubeObject[] {
  const names = claimNamesOf(pod)
  return events.filter((event) => {
    const { kind, name = '' } = (event as EventBody).involvedObject ?? {}
    return kind === KINDS.persistentVolumeClaim.kind && names.includes(name)
  })
}

/**
 * Why no volume is going to come, in the cluster's words where it has some; undefined: one may.
 * @param events those of the pod's claims.
 */
export function unprovided(
  pod: KubeObject,
  { claims, classes }: Claims,
  events: readonly KubeObject[],
): string | undefined {
  const said = events.find(isRefusal)
  if (said !== undefined) return wordsOf(said)
  const open = claims.filter(({ metadata }) => claimNamesOf(pod).includes(metadata.name))
  return open.map((claim) => unprovidedClaim(claim, classes)).find(Boolean)
}

/** What a storage system says of work that goes on: the provisioner asks again (external-provisioner, csi.go). */
const STILL_AT_WORK = /DeadlineExceeded|deadline exceeded|Aborted|Unavailable|ResourceExhausted/

function isRefusal(event: KubeObject): boolean {
  const words = wordsOf(event)
  const { reason } = event as EventBody
  if (reason === 'FailedBinding') return words.includes('no storage class is set')
  return reason === 'ProvisioningFailed' && !STILL_AT_WORK.test(words)
}

function unprovidedClaim(claim: KubeObject, classes: readonly KubeObject[] | undefined): string | undefined {
  const { spec, status } = claim as ClaimBody
  const subject = `PersistentVolumeClaim/${claim.metadata.name}`
  if (status?.phase === 'Lost') return `${subject} has lost its volume.`
  if (status?.phase === 'Bound' || (spec?.volumeName ?? '') !== '') return undefined
  const name = spec?.storageClassName
  if (name === '') return `${subject} wants no StorageClass, and no volume that is there fits it.`
  if (classes === undefined) return undefined
  if (name === undefined)
    return classes.some(isDefault) ? undefined : `${subject} names no StorageClass, and the cluster has no default.`
  const found = classes.find(({ metadata }) => metadata.name === name)
  if (found === undefined) return `${subject} names the StorageClass ${name}, which does not exist.`
  return found['provisioner'] === 'kubernetes.io/no-provisioner'
    ? `${subject}: the StorageClass ${name} makes no volumes, and none that is there fits.`
    : undefined
}

function isDefault({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
}

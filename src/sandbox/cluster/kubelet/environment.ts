/** The environment of a container, as a kubelet fills it in. */
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Pod } from '../../pod.ts'

/** The Secret or key that the container names and that is not there, in the kubelet's words. */
export function missingSecret(pod: Pod, secretOf: (name: string) => KubeObject | undefined): string | undefined {
  for (const { valueFrom } of pod.spec.containers.flatMap(({ env = [] }) => env)) {
    const ref = valueFrom?.secretKeyRef as { name: string; key: string; optional?: boolean } | undefined
    if (ref === undefined || ref.optional === true) continue
    const secret = secretOf(ref.name)
    if (secret === undefined) return `secret "${ref.name}" not found`
    const data = (secret['data'] ?? {}) as Record<string, string>
    if (!(ref.key in data)) return `couldn't find key ${ref.key} in Secret ${pod.metadata.namespace}/${ref.name}`
  }
  return undefined
}

/** What a variable of the container is worth, from its value or its Secret. */
export function environmentValue(
  pod: Pod,
  variable: string,
  secretOf: (name: string) => KubeObject | undefined,
): string | undefined {
  const entry = pod.spec.containers.flatMap(({ env = [] }) => env).find(({ name }) => name === variable)
  const ref = entry?.valueFrom?.secretKeyRef
  if (ref === undefined) return entry?.value
  const data = (secretOf(ref.name)?.['data'] ?? {}) as Record<string, string>
  const coded = data[ref.key]
  return coded === undefined ? undefined : Buffer.from(coded, 'base64').toString('utf8')
}

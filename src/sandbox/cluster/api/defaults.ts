/** What an API server fills in where an object is silent: as much as shows in what kaito reads. */
import { KINDS } from '#core/objects/kinds.ts'
import type { JsonObject, KubeObject } from '#core/objects/kube-object.ts'

export function withDefaults(object: KubeObject): KubeObject {
  const { kind } = object
  const spec = object['spec'] as JsonObject | undefined
  if (kind === KINDS.service.kind)
    return { ...object, spec: { type: 'ClusterIP', clusterIP: addressOf(object), ...spec } }
  if (kind === KINDS.deployment.kind)
    return { ...object, spec: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, ...spec } }
  if (kind === KINDS.pod.kind) {
    const tolerated = ['not-ready', 'unreachable'].map((what) => ({
      key: `node.kubernetes.io/${what}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    }))
    const given = (spec?.['tolerations'] as JsonObject[] | undefined) ?? []
    const missing = tolerated.filter(({ key }) => !given.some((each) => each['key'] === key))
    return { ...object, spec: { restartPolicy: 'Always', ...spec, tolerations: [...given, ...missing] } }
  }
  if (kind === KINDS.namespace.kind) {
    const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
    return { ...object, metadata: { ...object.metadata, labels } }
  }
  if (kind === KINDS.secret.kind) return { type: 'Opaque', ...object }
  return object
}

/** The same for the same Service: 10.96.0.0/16, from its name. */
function addressOf({ metadata }: KubeObject): string {
  let hash = 0
  for (const letter of `${metadata.namespace}/${metadata.name}`) hash = (hash * 31 + letter.charCodeAt(0)) & 0xff_ff
  return `10.96.${hash >> 8}.${hash & 0xff}`
}

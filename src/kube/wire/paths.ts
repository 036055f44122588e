/** The kinds that kaito uses: where each lives below the API server's root. No discovery is needed for these. */

import type { Kind, ListOptions } from '#cluster/cluster.ts'
import { KaitoError } from '#core/errors.ts'

interface Row {
  plural: string
  isNamespaced: boolean
}

const KINDS: Record<string, Row> = {
  'v1/ConfigMap': { plural: 'configmaps', isNamespaced: true },
  'v1/Event': { plural: 'events', isNamespaced: true },
  'v1/Namespace': { plural: 'namespaces', isNamespaced: false },
  'v1/Node': { plural: 'nodes', isNamespaced: false },
  'v1/PersistentVolumeClaim': { plural: 'persistentvolumeclaims', isNamespaced: true },
  'v1/Pod': { plural: 'pods', isNamespaced: true },
  'v1/Secret': { plural: 'secrets', isNamespaced: true },
  'v1/Service': { plural: 'services', isNamespaced: true },
  'v1/ServiceAccount': { plural: 'serviceaccounts', isNamespaced: true },
  'apps/v1/Deployment': { plural: 'deployments', isNamespaced: true },
  'apps/v1/ReplicaSet': { plural: 'replicasets', isNamespaced: true },
  'apps/v1/StatefulSet': { plural: 'statefulsets', isNamespaced: true },
  'batch/v1/Job': { plural: 'jobs', isNamespaced: true },
  'coordination.k8s.io/v1/Lease': { plural: 'leases', isNamespaced: true },
  'discovery.k8s.io/v1/EndpointSlice': { plural: 'endpointslices', isNamespaced: true },
  'networking.k8s.io/v1/NetworkPolicy': { plural: 'networkpolicies', isNamespaced: true },
  'policy/v1/PodDisruptionBudget': { plural: 'poddisruptionbudgets', isNamespaced: true },
  'storage.k8s.io/v1/StorageClass': { plural: 'storageclasses', isNamespaced: false },
}

/** `/apis/apps/v1/namespaces/ns/deployments`, with the name when given. */
export function pathOf({ apiVersion, kind, namespace, name }: Kind & { name?: string }): string {
  const row = KINDS[`${apiVersion}/${kind}`]
  if (row === undefined) throw unknownKind(apiVersion, kind)
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = row.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${row.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

export function listQuery({ labelSelector, fieldSelector }: ListOptions, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more)
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector)
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function unknownKind(apiVersion: string, kind: string): KaitoError {
  return new KaitoError({
    code: 'INVALID_ARGUMENT',
    phase: 'apply',
    message: `kaito does not apply objects of kind ${kind} (${apiVersion}).`,
    hint: `It knows: ${Object.keys(KINDS).join(', ')}. Apply others yourself: kubectl apply -f FILE`,
  })
}

/** Where objects live below the API server's root. No discovery is needed: the table of kinds has the plurals. */

import type { Kind, ListOptions } from '#cluster/cluster.ts'
import { advice, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { formatKind, ROWS, rowOf } from '#core/objects/kinds.ts'

/** `/apis/apps/v1/namespaces/ns/deployments`, with the name when given. */
export function pathOf({ apiVersion, kind, namespace, name }: Kind & { name?: string }): string {
  const row = rowOf({ apiVersion, kind })
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
    hint: advice`It knows: ${ROWS.map(formatKind).join(', ')}. Apply others yourself: ${kubectl('apply', '-f', 'FILE')}`,
  })
}

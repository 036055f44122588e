/** What an object is called and where it lives: checked against the request, completed, refused. */

import { KINDS, type KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { ObjectStore } from '../store/objects.ts'
import { badRequest, forbidden, invalidField, notFound } from './answer.ts'
import type { Target } from './path.ts'

export function addressed({ row, namespace, name }: Target, body: KubeObject): KubeObject {
  const { metadata } = body
  if (metadata === undefined) throw badRequest('the object has no metadata')
  const called = metadata.name ?? name ?? generatedName(metadata as { generateName?: string })
  if (called === undefined)
    throw invalidField(row, '', 'metadata.name', 'Required value: name or generateName is required')
  if (name !== undefined && called !== name)
    throw badRequest(`the name of the object (${called}) does not match the name on the URL (${name})`)
  if (row.isNamespaced && (metadata.namespace || namespace) !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  return {
    ...body,
    apiVersion: row.apiVersion,
    kind: row.kind,
    metadata: { ...metadata, name: called, ...(row.isNamespaced && namespace !== undefined ? { namespace } : {}) },
  }
}

function generatedName({ generateName }: { generateName?: string }): string | undefined {
  return generateName === undefined ? undefined : `${generateName}${Math.random().toString(36).slice(2, 7)}`
}

/** RFC 1123, in the words of apimachinery. */
export function checkName({ metadata: { name } }: KubeObject, row: KindRow): void {
  const isFine = name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
  const rule = `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`
  if (!isFine) throw invalidField(row, name, 'metadata.name', rule)
}

export function checkNamespace(store: ObjectStore, { metadata }: KubeObject, row: KindRow): void {
  if (!row.isNamespaced) return
  const found = store.get(KINDS.namespace, undefined, metadata.namespace ?? '')
  if (found === undefined) throw notFound(KINDS.namespace, metadata.namespace ?? '')
  if (found.metadata.deletionTimestamp !== undefined) {
    const why = `unable to create new content in namespace ${metadata.namespace} because it is being terminated`
    throw forbidden(row, metadata.name, why)
  }
}

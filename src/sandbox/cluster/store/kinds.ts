/** The kinds that the sandbox keeps: what kaito uses, and what its controllers make. */
import { groupOf, KINDS, type KindRow, ROWS, rowOf } from '#core/objects/kinds.ts'

/** A review is answered and not stored; volumes are there without a class. */
const NOT_STORED: ReadonlySet<KindRow> = new Set([KINDS.selfSubjectAccessReview, KINDS.storageClass])

export const STORED: readonly KindRow[] = ROWS.filter((row) => !NOT_STORED.has(row))

export function storedKind(apiVersion: string, kind: string): KindRow {
  const found = rowOf({ apiVersion, kind })
  if (found === undefined || NOT_STORED.has(found)) throw new Error(`the sandbox has no kind ${apiVersion} ${kind}`)
  return found
}

/** `deployments.apps`, as the API server names a resource in its messages. */
export function resourceName(row: KindRow): string {
  const group = groupOf(row)
  return group === '' ? row.plural : `${row.plural}.${group}`
}

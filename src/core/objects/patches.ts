/** The user's own changes to rendered objects (`--patch`). `render/patch.ts` applies them. */
import { KaitoError } from '../errors.ts'
import type { Json, JsonObject } from './kube-object.ts'

/** RFC 6902. */
export interface Operation {
  op: string
  path: string
  value?: Json
  from?: string
}

export interface Patch {
  /** File and line where it begins: `patch.yaml:7`. */
  source: string
  kind: string
  /** Absent: every object of the kind. */
  name?: string
  change: { merge: JsonObject } | { operations: Operation[] }
}

export function unusable(
  source: string,
  why: string,
  hint = 'A partial object (kind and the fields to change), or target and patch as kustomize takes them.',
): KaitoError {
  return new KaitoError({ code: 'USAGE', phase: 'render', message: `The patch ${source}: ${why}.`, hint })
}

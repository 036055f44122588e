/** Whether a write that was sent has arrived: all that it says stands there, whatever the server has added. */
import type { KubeObject } from '#core/objects/kube-object.ts'

/** Its metadata is the server's own. */
export function hasArrived(there: KubeObject, { metadata: _, ...sent }: KubeObject): boolean {
  return holds(there, sent)
}

function holds(there: unknown, sent: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return there === sent
  if (typeof there !== 'object' || there === null) return false
  const found = there as Record<string, unknown>
  return Object.entries(sent).every(([key, value]) => holds(found[key], value))
}

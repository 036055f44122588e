import { KINDS, refTo } from '#core/objects/kinds.ts'
import { API_KEY_KEY, secretValue } from '#core/state/own-secrets.ts'
import type { Ports } from '../ports.ts'

/** Whether the endpoint asks for an API key, and what goes into the requests then. */
export interface Access {
  needsKey: boolean
  /** Absent although it is needed: this identity may not read the Secret. */
  key?: string
}

export function headersOf({ key }: Access): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}

/** How requests to the endpoint prove themselves. */
export async function readAccess(apiKeySecret: string | undefined, namespace: string, ports: Ports): Promise<Access> {
  if (apiKeySecret === undefined) return { needsKey: false }
  const ref = refTo(KINDS.secret, apiKeySecret, namespace)
  const secret = await ports.kube.get(ref, ports.signal).catch(() => undefined)
  ports.signal.throwIfAborted()
  const key = secretValue(secret, API_KEY_KEY)
  return key === undefined ? { needsKey: true } : { needsKey: true, key }
}

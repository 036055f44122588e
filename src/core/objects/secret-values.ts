/** Where secrets stand in what kaito reads. */
import { KINDS } from './kinds.ts'
import { isMap } from './kube-object.ts'

/** The key of a Secret, and the variable, that the Hub's own tools read. */
export const HUB_TOKEN_KEY = 'HF_TOKEN'
const DESCRIPTION = ['apiVersion', 'kind', 'metadata', 'type', 'immutable']

/**
 * Every text in a Secret but its own description, so that a misspelt field hides nothing; those under `data` also as
 * base64 hides them. None of what is no Secret.
 */
export function secretValues(object: unknown): string[] {
  if (!isMap(object) || object['kind'] !== KINDS.secret.kind) return []
  return Object.entries(object)
    .filter(([field]) => !DESCRIPTION.includes(field))
    .flatMap(([field, value]) => {
      const texts = textsIn(value)
      return field === 'data' ? texts.flatMap((text) => [text, ...decoded(text)]) : texts
    })
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** None of what is no base64. */
export function decoded(text: string): string[] {
  try {
    return [new TextDecoder().decode(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)))]
  } catch {
    return []
  }
}

/** The password in a URL: as it is written, and as it is meant. */
export function passwordsIn(url: string): string[] {
  const password = /\/\/[^/:@]*:([^/@]+)@/.exec(url)?.[1]
  if (password === undefined) return []
  return [password, password.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number(`0x${code}`)))]
}

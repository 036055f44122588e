/**
 * What a workspace may be called, and what its objects are called then. Two names that differ lead to objects that differ:
 * a name stands as it is, or is refused; one that is too long for what is derived from it is shortened to a length that
 * no other name keeps.
 */
import { createHash } from 'node:crypto'
import { advice, type Said } from '../advice.ts'
import type { Engines } from './engine-traits.ts'

/** Service names are DNS-1035 labels: up to Kubernetes 1.33 they start with a letter. */
const MAX = 63
const LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/
/** Room for what is appended to it: `-kaito-r` and a revision number. */
const ROOM = MAX - 14
const DIGEST = 10
/** One character more than a name that is kept: never the name of another workspace. */
const SHORTENED = new RegExp(`^[-a-z0-9]{${ROOM - DIGEST}}-[0-9a-f]{${DIGEST}}$`)

export const NAME_RULE = `lower-case letters, digits and dashes, at most ${MAX}, starting with a letter and ending with a letter or digit`

/** Why no workspace can be called so; undefined where one can. */
export function nameFault(name: string, { all }: Engines): string | undefined {
  // A Service gives its variables to every pod of the namespace, whoever has made it.
  const broken = all.find(({ brokenByService }) => brokenByService === name)
  if (broken !== undefined) return `a Service with this name breaks ${broken.title} in every pod of the namespace`
  if (SHORTENED.test(name)) return 'kaito shortens long names to this form, so it could be another workspace'
  if (LABEL.test(name)) return undefined
  if (/^[0-9]/.test(name)) return 'the name of a Service starts with a letter'
  return 'not a valid workspace name'
}

/** The name nearest to it that is one: `7b-chat` → `m-7b-chat`, `llama-3.3-70b` → `llama-3-3-70b`. */
export function legalName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9-]+/g, '-')
  const started = /^-*[0-9]/.test(plain) ? `m-${plain.replace(/^-+/, '')}` : plain.replace(/^-+/, '')
  const fits = started.length > MAX || SHORTENED.test(started) ? started.slice(0, ROOM) : started
  return fits.replace(/-+$/, '') || 'model'
}

/** For whoever gave one that is none: a name to type instead. */
export function nameToType(name: string, engines: Engines): string {
  const legal = legalName(name)
  return nameFault(legal, engines) === undefined ? legal : `${legal}-server`
}

/** What the Service, the Deployment and the rest are called: the workspace's own name, or what it is shortened to. */
export function objectNameFor(name: string): string {
  if (name.length <= ROOM || SHORTENED.test(name)) return name
  return `${name.slice(0, ROOM - DIGEST)}-${createHash('sha256').update(name).digest('hex').slice(0, DIGEST)}`
}

/** Undefined where the name stands as it is. */
export function shortening(name: string): Said | undefined {
  const objectName = objectNameFor(name)
  return objectName === name
    ? undefined
    : advice`the name has ${name.length} characters, and ${ROOM} leave room for derived names: the Service, its URL and all other objects are named ${objectName}`
}

/** What the values of flags may be, and what they are read into. */
import { InvalidArgumentError } from 'commander'
import { type LabelSelector, parseLabelSelector } from '#core/objects/label-selector.ts'
import { IMAGE_REFERENCE, IMAGE_RULE } from '#core/workspace/image-reference.ts'
import { NAMESPACE_NAME } from '#core/workspace/namespace-name.ts'
import type { Scalar } from '#core/workspace/spec.ts'

export function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

export function collectArg(value: string, before: Record<string, Scalar> | undefined): Record<string, Scalar> {
  const [flag = '', ...rest] = value.replace(/^--/, '').split('=')
  if (flag === '') throw new InvalidArgumentError('Expected flag=value or flag, for example max-num-seqs=64.')
  return { ...before, [flag]: rest.length === 0 ? true : scalarOf(rest.join('=')) }
}

function scalarOf(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Expected a number, 0 or more.')
  return value
}

export function parseCount(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number, 1 or more.')
  return value
}

/** More than clouds take for the nodes of one pool is a slip of the finger. */
const MOST_REPLICAS = 1_000

export function parseReplicas(text: string): number {
  const value = parseCount(text)
  if (value > MOST_REPLICAS) throw new InvalidArgumentError(`Expected a whole number, 1 to ${MOST_REPLICAS}.`)
  return value
}

export function parseReplicasOrNone(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > MOST_REPLICAS)
    throw new InvalidArgumentError(`Expected a whole number, 0 to ${MOST_REPLICAS}.`)
  return value
}

export function parseImage(text: string): string {
  if (!IMAGE_REFERENCE.test(text)) throw new InvalidArgumentError(`Expected ${IMAGE_RULE}.`)
  return text
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `90s`, `45m`, `2h`, `1h30m`; a bare number is seconds. Returns milliseconds. */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  const parts = [...text.matchAll(/(\d+)([smh])/g)]
  if (parts.length === 0 || parts.map((p) => p[0]).join('') !== text) {
    throw new InvalidArgumentError('Expected a duration such as 90s, 45m, 2h or 1h30m.')
  }
  return parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit as keyof typeof UNITS], 0)
}

export function parseSelector(text: string): LabelSelector {
  const selector = parseLabelSelector(text)
  if (selector === undefined)
    throw new InvalidArgumentError('Expected a label selector such as team=search or env in (dev,prod).')
  return selector
}

/** A slip (`-n =x`, a blank) would be answered with an empty list. */
export function parseNamespace(text: string): string {
  if (!NAMESPACE_NAME.test(text))
    throw new InvalidArgumentError(
      'Expected a namespace name: lower-case letters, digits and dashes, at most 63 characters, starting and ending with a letter or digit.',
    )
  return text
}

/** The command by which somebody makes a pool by hand that the pods run on. */
import { type Command, other } from '../advice.ts'
import { type CloudTraits, isSystemLabel } from '../cloud/cloud-traits.ts'
import type { Taint } from '../cloud/node-pool.ts'
import type { PoolDecision } from './decision.ts'

/** Undefined: none is known of this cloud. Labels that the cloud sets itself are not asked for. */
export function poolCommand(
  { request, nodeSelector, sku, cloud }: Extract<PoolDecision, { mode: 'create' }>,
  clouds: readonly CloudTraits[],
): Command | undefined {
  const words = clouds.find(({ id }) => id === cloud)?.makePool
  if (words === undefined) return undefined
  const labels = Object.entries(nodeSelector)
    .filter(([key]) => !isSystemLabel(key, clouds))
    .map(([key, value]) => `${key}=${value}`)
  const taints = request.taints.map((taint) => taintIn(words.taints.each, taint))
  const [type = ''] = request.instanceType.split('+')
  const holes = { name: request.name, type, count: request.count, gpus: sku.gpuCount, disk: request.diskGiB }
  return other(
    ...words.command.split(' ').map((word) => filled(word, holes)),
    ...flagged(words.labels, labels),
    ...flagged(words.taints, taints),
  )
}

function flagged({ flag, between }: { flag: string; between: string }, values: readonly string[]): string[] {
  if (values.length === 0) return []
  return [flag, ...(between === ' ' ? values : [values.join(between)])]
}

function taintIn(each: string, { key, value = '', effect }: Taint): string {
  const capitals = effect.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return filled(each, { key, value, effect, EFFECT: capitals })
}

function filled(word: string, holes: Readonly<Record<string, string | number>>): string {
  return word.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(holes[name] ?? hole))
}

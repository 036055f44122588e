/** Which taints a pod puts up with: the scheduler's rule, by which planning and diagnosis go. */
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import type { Taint } from '../cloud/node-pool.ts'

export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

/** NVIDIA's usual taint, whoever has laid it down. */
export const OF_GPUS: Toleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }

/** What the pods put up with on machines of these clouds: theirs, and what kaito lays down there itself. */
export function tolerationsOn(clouds: readonly CloudTraits[]): Toleration[] {
  const taints = clouds.flatMap(({ ourTaints, itsTaints }) => [...ourTaints, ...itsTaints])
  const tolerations = [OF_GPUS]
  for (const taint of taints) if (!isTolerated(taint, tolerations)) tolerations.push(tolerationOf(taint))
  return tolerations
}

export function tolerationOf({ key, value, effect }: Taint): Toleration {
  return value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect }
}

/** The taints that keep the pod away; a preference keeps nobody away. */
export function barringTaints(taints: readonly Taint[], tolerations: readonly Toleration[]): Taint[] {
  return taints.filter((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, tolerations))
}

function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (key === '') return operator === 'Exists'
    return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
  })
}

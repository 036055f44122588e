/** Which taints a pod puts up with: the scheduler's rule. Planning, diagnosis and the sandbox go by it. */
import type { Taint } from '../cloud/node-pool.ts'

export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

/** What every engine's pods tolerate: NVIDIA's usual taint, the one of kaito's own pools, and AKS's of spot machines. */
export const POD_TOLERATIONS: readonly Toleration[] = [
  { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
  { key: 'kubernetes.azure.com/scalesetpriority', operator: 'Equal', value: 'spot', effect: 'NoSchedule' },
]

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

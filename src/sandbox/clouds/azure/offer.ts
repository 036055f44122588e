/** What the simulated region offers: the GPU machines of the catalogue, and the one that AKS itself runs on. */
import type { GpuSku } from '#core/catalog/schema.ts'

export interface MachineType {
  instanceType: string
  vcpus: number
  memoryGiB: number
  gpuCount: number
}

/** Azure's size tables, learn.microsoft.com/azure/virtual-machines/sizes. */
export const SYSTEM_TYPE: MachineType = { instanceType: 'Standard_D4s_v5', vcpus: 4, memoryGiB: 16, gpuCount: 0 }

/** As quota names them. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^Standard_D\d+s_v5$/i, 'standardDSv5Family'],
  [/^Standard_NC\w+_T4_v3$/i, 'Standard NCASv3_T4 Family'],
  [/^Standard_NC\w+_A100_v4$/i, 'StandardNCADSA100v4Family'],
  [/^Standard_NC\w+_H100_v5$/i, 'StandardNCadsH100v5Family'],
  [/^Standard_NV\w+_A10_v5$/i, 'StandardNVADSA10v5Family'],
  [/^Standard_ND\d+asr_v4$/i, 'standardNDASv4_A100Family'],
  [/^Standard_ND\w+_A100_v4$/i, 'standardNDAMSv4_A100Family'],
  [/^Standard_ND\w+_H100_v5$/i, 'standardNDSH100v5Family'],
  [/^Standard_ND\w+_H200_v5$/i, 'standardNDISRH200V5Family'],
]

export interface Offer {
  types: readonly MachineType[]
  find(name: unknown): MachineType | undefined
}

export function offerOf(skus: readonly GpuSku[]): Offer {
  const types: MachineType[] = [SYSTEM_TYPE, ...skus]
  const byName = new Map(types.map((type) => [type.instanceType.toLowerCase(), type]))
  // Azure compares size names without case.
  return { types, find: (name) => byName.get(String(name).toLowerCase()) }
}

export function familyOf({ instanceType }: MachineType): string {
  return FAMILIES.find(([pattern]) => pattern.test(instanceType))?.[1] ?? 'unknown'
}

/** VM sizes that the fake region offers. Azure's size tables, learn.microsoft.com/azure/virtual-machines/sizes. */
export interface VmSize {
  vcpus: number
  memoryGiB: number
  gpus: number
  family: string
}

const row = (vcpus: number, memoryGiB: number, gpus: number, family: string): VmSize => ({
  vcpus,
  memoryGiB,
  gpus,
  family,
})

export const SIZES: Record<string, VmSize> = {
  Standard_D2s_v5: row(2, 8, 0, 'standardDSv5Family'),
  Standard_D4s_v5: row(4, 16, 0, 'standardDSv5Family'),
  Standard_D8s_v5: row(8, 32, 0, 'standardDSv5Family'),
  Standard_NC4as_T4_v3: row(4, 28, 1, 'Standard NCASv3_T4 Family'),
  Standard_NC8as_T4_v3: row(8, 56, 1, 'Standard NCASv3_T4 Family'),
  Standard_NC16as_T4_v3: row(16, 110, 1, 'Standard NCASv3_T4 Family'),
  Standard_NC64as_T4_v3: row(64, 440, 4, 'Standard NCASv3_T4 Family'),
  Standard_NC24ads_A100_v4: row(24, 220, 1, 'StandardNCADSA100v4Family'),
  Standard_NC48ads_A100_v4: row(48, 440, 2, 'StandardNCADSA100v4Family'),
  Standard_NC96ads_A100_v4: row(96, 880, 4, 'StandardNCADSA100v4Family'),
  Standard_NC40ads_H100_v5: row(40, 320, 1, 'StandardNCadsH100v5Family'),
  Standard_NC80adis_H100_v5: row(80, 640, 2, 'StandardNCadsH100v5Family'),
  Standard_NV6ads_A10_v5: row(6, 55, 1, 'StandardNVADSA10v5Family'),
  Standard_NV12ads_A10_v5: row(12, 110, 1, 'StandardNVADSA10v5Family'),
  Standard_NV18ads_A10_v5: row(18, 220, 1, 'StandardNVADSA10v5Family'),
  Standard_NV36ads_A10_v5: row(36, 440, 1, 'StandardNVADSA10v5Family'),
  Standard_NV36adms_A10_v5: row(36, 880, 1, 'StandardNVADSA10v5Family'),
  Standard_NV72ads_A10_v5: row(72, 880, 2, 'StandardNVADSA10v5Family'),
  Standard_ND96asr_v4: row(96, 900, 8, 'standardNDASv4_A100Family'),
  Standard_ND96amsr_A100_v4: row(96, 1900, 8, 'standardNDAMSv4_A100Family'),
  Standard_ND96isr_H100_v5: row(96, 1900, 8, 'standardNDSH100v5Family'),
  Standard_ND96isr_H200_v5: row(96, 1850, 8, 'standardNDISRH200V5Family'),
}

/** Azure compares size names without case. */
export function findSize(name: unknown): [string, VmSize] | undefined {
  const wanted = String(name).toLowerCase()
  return Object.entries(SIZES).find(([key]) => key.toLowerCase() === wanted)
}

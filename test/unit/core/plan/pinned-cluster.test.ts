import { describe, expect, it } from 'vitest'
import { refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import { workspace } from './fixtures.ts'

const NAMES = ['prod-admin', 'https://10.0.0.1:6443', '0d3c-uid', 'aks-prod']
const pinned = (cluster: string) => workspace('phi-4', { annotations: { 'kaito.sh/cluster': cluster } })

describe('a pinned cluster', () => {
  it.each(['prod-admin', 'https://10.0.0.1:6443', '0d3c-uid', 'AKS-prod'])('is met by %s', (name) => {
    expect(() => refuseOtherCluster(pinned(name), NAMES)).not.toThrow()
  })

  it('is not met by another, which is named together with this one', () => {
    expect(() => refuseOtherCluster(pinned('aks-test'), NAMES)).toThrow(
      'Workspace mine is pinned to cluster "aks-test", and this is context prod-admin (https://10.0.0.1:6443).',
    )
  })

  it('without a pin anything goes', () => {
    expect(() => refuseOtherCluster(workspace('phi-4'), NAMES)).not.toThrow()
  })
})

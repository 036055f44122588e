/** Who would announce the GPUs of new nodes, and the command that mends it where nobody would. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type Announcers, pluginRefusal } from '#core/placement/device-plugin.ts'
import { saying } from '../../../support/said.ts'

const TAINTS = [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' as const }]
const TOLERATED = { key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }
const NVIDIA = 'nvcr.io/nvidia/k8s-device-plugin:v0.18.0'

function set(name: string, image: string, spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system', ...metadata },
    spec: { template: { spec: { containers: [{ name: 'c', image }], tolerations: [TOLERATED], ...spec } } },
  } as KubeObject
}

const judge = (daemonSets: KubeObject[], more: Partial<Announcers> = {}) =>
  pluginRefusal({ daemonSets, policies: [], hasGpus: false, ...more }, TAINTS, 'AKS')

describe('GPUs are announced', () => {
  it.each([
    ["by NVIDIA's manifest", [set('nvidia-device-plugin-daemonset', NVIDIA)]],
    ['by a mirror of it under another name', [set('gpus', 'registry.corp/mirror/k8s-device-plugin:1')]],
    ['on every node', [set('nvidia-device-plugin', NVIDIA, { tolerations: [{ operator: 'Exists' }] })]],
    ['by one of two', [set('a', NVIDIA, { tolerations: [] }), set('b', NVIDIA)]],
    ['by the operator, which has made none yet', [set('nfd-worker', 'nfd:1', {}, { namespace: 'gpu-operator' })]],
    ['by HAMi', [set('hami-device-plugin', 'projecthami/hami:v2')]],
  ])('%s', (_how, sets) => expect(judge(sets)).toBeUndefined())

  it('by whoever announces those of other nodes', () => expect(judge([], { hasGpus: true })).toBeUndefined())
})

describe('nobody would announce them', () => {
  it.each([
    ['without a DaemonSet', []],
    ['with one of other hardware', [set('amdgpu-device-plugin', 'rocm/k8s-device-plugin')]],
    ['with feature discovery alone', [set('nvdp-gpu-feature-discovery', NVIDIA)]],
  ])('%s: the command installs the plugin for the taint of the nodes', (_what, sets) => {
    const refusal = judge(sets)
    expect(refusal).toMatchObject({ code: 'NO_DEVICE_PLUGIN', hint: saying('helm upgrade --install nvdp https://') })
    expect(JSON.stringify(refusal?.hint)).toMatch(/nvidia-device-plugin-\d+\.\d+\.\d+\.tgz/)
    expect(refusal).toMatchObject({ hint: saying('"key":"sku","operator":"Equal","value":"gpu"') })
  })

  it('where the taint keeps the plugin off: the patch adds to what it tolerates', () => {
    const other = { key: 'nvidia.com/gpu', operator: 'Exists' }
    const refusal = judge([set('plugin', NVIDIA, { tolerations: [other] })])
    expect(refusal?.message).toContain('does not tolerate their taint sku=gpu:NoSchedule')
    const patch = JSON.stringify({ spec: { template: { spec: { tolerations: [other, TOLERATED] } } } })
    expect(refusal).toMatchObject({ hint: saying(`patch daemonsets plugin -n kube-system --type=merge -p '${patch}'`) })
  })

  it('where the operator would take the patch back: its policy is patched', () => {
    const owner = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', name: 'cluster-policy', uid: '1' }
    const owned = set('nvidia-device-plugin-daemonset', NVIDIA, { tolerations: [] }, { ownerReferences: [owner] })
    expect(judge([owned])).toMatchObject({ hint: saying('kubectl patch clusterpolicies cluster-policy --type=merge') })
  })

  it('where the policy of an operator that has made nothing yet does not tolerate the taint', () => {
    const policy = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'p' }, spec: {} }
    expect(judge([], { policies: [policy] })?.message).toContain('ClusterPolicy/p')
    const daemonsets = { tolerations: [TOLERATED] }
    expect(judge([], { policies: [{ ...policy, spec: { daemonsets } } as KubeObject] })).toBeUndefined()
  })

  it('where it wants labels that nobody sets', () => {
    const term = { matchExpressions: [{ key: 'feature.node.kubernetes.io/pci-10de.present', operator: 'In' }] }
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } }
    const plugin = set('nvdp', NVIDIA, { affinity: { nodeAffinity } })
    expect(judge([plugin])).toMatchObject({ hint: saying('"affinity":null') })
    expect(judge([plugin, set('nfd-worker', 'registry.k8s.io/nfd/node-feature-discovery:v0.17')])).toBeUndefined()
  })
})

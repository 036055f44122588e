/** Nodes that are there already: which of them, how the pods find them, and what is missing when none will do. */
import { describe, expect, it } from 'vitest'
import type { NodeFact, PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { saying } from '../../../support/said.ts'
import { node, onAzure, onOwnNodes, refusal, resource, supply, workspace } from '../plan/fixtures.ts'

function plan(
  nodes: NodeFact[],
  spec: Partial<WorkspaceSpec> = {},
  overrides: PlanOverrides = {},
  facts: Partial<PlanFacts> = {},
) {
  return assemblePlan(workspace('mistral-7b', spec), supply, { ...onOwnNodes(...nodes), ...facts }, overrides)
}

const A100 = {
  'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
  'nvidia.com/gpu.memory': '81920',
  'nvidia.com/gpu.count': '2',
}

describe("one's own nodes", () => {
  it('serve by their labels, and nothing is created', () => {
    const { pool, sizing, image } = plan([node('a'), node('b')])
    expect(pool).toEqual({ mode: 'existing', nodeSelector: {}, nodes: ['a', 'b'] })
    expect(sizing).toMatchObject({
      gpu: { model: 'NVIDIA-A10', perNode: 1, visibleGiB: 21.89, computeCapability: 8.6 },
      instanceType: undefined,
    })
    expect(image.cuda).toBe('12.9')
  })

  it("serve by their instance type when NVIDIA's labels are not there", () => {
    const labels = { 'node.kubernetes.io/instance-type': 'Standard_NC24ads_A100_v4' }
    expect(plan([node('a', { labels })]).sizing).toMatchObject({
      gpu: { model: 'A100', visibleGiB: 79.25 },
      instanceType: 'Standard_NC24ads_A100_v4',
    })
  })

  it('that lack the label of the selector alone are told with the command that sets it', () => {
    const lab = { resource: resource({ labelSelector: { apps: 'llm-lab' }, preferredNodes: ['gpu-box-07'] }) }
    expect(refusal(() => plan([node('gpu-box-07')], lab))).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      details: ['gpu-box-07 (GPUs: 1): it has no label apps=llm-lab'],
      hint: saying('kubectl label node gpu-box-07 apps=llm-lab'),
    })
  })

  it('that have a taint which the pods do not tolerate are told with the way around it', () => {
    const tainted = node('a', { taints: [{ key: 'team', value: 'x', effect: 'NoSchedule' }] })
    expect(refusal(() => plan([tainted]))).toMatchObject({ hint: saying('--patch FILE') })
    expect(refusal(() => plan([node('a', { gpus: 0 })]))).toMatchObject({ hint: saying('kubectl describe nodes') })
  })

  it('say which label to set when neither is there', () => {
    const error = refusal(() => plan([node('a', { labels: {} })]))
    expect(error).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      hint: saying('kubectl label node a nvidia.com/gpu.memory='),
    })
  })

  it('run the newest image that their driver runs', () => {
    const labels = {
      ...node('x').labels,
      'nvidia.com/cuda.runtime-version.major': '13',
      'nvidia.com/cuda.runtime-version.minor': '0',
    }
    expect(plan([node('a', { labels })]).image.cuda).toBe('13.0')
  })

  it.each([
    ['not Ready', { isReady: false }],
    ['without GPUs', { gpus: 0, freeGpus: 0 }],
    ['GPU taints that evict', { taints: [{ key: 'nvidia.com/gpu', effect: 'NoExecute' as const }] }],
    ['another value of our own key', { taints: [{ key: 'sku', value: 'cpu', effect: 'NoSchedule' as const }] }],
    ['tainted against us', { taints: [{ key: 'team', value: 'b', effect: 'NoSchedule' as const }] }],
    ['of another workspace', { labels: { ...node('x').labels, 'kaito.sh/workspace': 'other' } }],
  ])('are left out when %s', (_why, changes) => {
    expect(refusal(() => plan([node('a', changes)])).code).toBe('PREFLIGHT_REFUSED')
    expect(plan([node('a', changes), node('b')]).pool).toMatchObject({ nodes: ['b'] })
  })

  it('may carry the usual GPU taints', () => {
    const taints = [
      { key: 'sku', value: 'gpu', effect: 'NoSchedule' as const },
      { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' as const },
      { key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' as const },
      { key: 'team', value: 'b', effect: 'PreferNoSchedule' as const },
    ]
    expect(plan([node('a', { taints })]).pool).toMatchObject({ nodes: ['a'] })
  })

  it('may carry what the pods tolerate by a patch, and no more what a patch takes away', () => {
    const nodes = [
      node('team', { taints: [{ key: 'team', value: 'b', effect: 'NoSchedule' }] }),
      node('usual', { taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }] }),
    ]
    const tolerations = [{ key: 'team', operator: 'Exists' }]
    expect(plan(nodes).pool).toMatchObject({ nodes: ['usual'] })
    expect(plan(nodes, {}, {}, { tolerations }).pool).toMatchObject({ nodes: ['team'] })
  })

  it('must match the selector, which then leads the pods; reserved labels do not count', () => {
    const spec = { resource: resource({ labelSelector: { apps: 'chat', 'kaito.sh/workspace': 'x' } }) }
    const labels = { ...node('x').labels, apps: 'chat' }
    expect(plan([node('a'), node('b', { labels })], spec).pool).toEqual({
      mode: 'existing',
      nodeSelector: { apps: 'chat' },
      nodes: ['b'],
    })
    expect(refusal(() => plan([node('a')], spec)).message).toContain('with apps=chat')
  })

  it('that differ: the smallest that does, told apart by the product', () => {
    const { pool, sizing, warnings } = plan([node('big', { labels: A100, gpus: 2, freeGpus: 2 }), node('small')])
    expect(pool).toEqual({
      mode: 'existing',
      nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A10' },
      nodes: ['small'],
    })
    expect(sizing.gpu.model).toBe('NVIDIA-A10')
    expect(warnings).toEqual([{ code: 'nodes-not-uniform', message: expect.stringContaining('NVIDIA-A10 are taken') }])
  })

  it('that differ, and one kind is full: the other', () => {
    const { pool } = plan([node('big', { labels: A100, gpus: 2, freeGpus: 1 }), node('small', { freeGpus: 0 })])
    expect(pool).toMatchObject({ nodes: ['big'], nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' } })
  })

  it('taken by an earlier deploy are kept', () => {
    const typed = (type: string, labels: Record<string, string>) => ({
      ...labels,
      'node.kubernetes.io/instance-type': type,
    })
    const nodes = [
      node('big', { labels: typed('m2', A100), gpus: 2, freeGpus: 2 }),
      node('small', { labels: typed('m1', node('x').labels) }),
    ]
    expect(plan(nodes).pool).toMatchObject({ nodes: ['small'] })
    expect(plan(nodes, {}, {}, { lock: { instanceType: 'm2' } }).pool).toMatchObject({ nodes: ['big'] })
  })

  it('have room for every replica, or it is refused node by node', () => {
    expect(plan([node('a'), node('b')], {}, { replicas: 2 }).pool).toMatchObject({ nodes: ['a', 'b'] })
    const error = refusal(() => plan([node('a'), node('b', { freeGpus: 0 })], {}, { replicas: 2 }))
    expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', message: 'The free GPUs take 1 of 2 replicas.' })
    expect(error.details).toContain('b: 0 of 1 NVIDIA-A10 free, 1 needed per replica')
  })

  it('too small: by how much', () => {
    const labels = { 'nvidia.com/gpu.product': 'Tesla-T4', 'nvidia.com/gpu.memory': '15360' }
    const error = refusal(() => plan([node('a', { labels })]))
    expect(error).toMatchObject({
      code: 'NO_FIT',
      message: expect.stringMatching(/1 x Tesla-T4 \(14\.4 GiB each\): \d\.\d GiB per GPU are missing/),
    })
  })

  it('too old: no image runs on them', () => {
    const labels = {
      ...node('x').labels,
      'nvidia.com/gpu.product': 'Tesla-V100',
      'nvidia.com/gpu.memory': '32768',
      'nvidia.com/gpu.compute.major': '7',
      'nvidia.com/gpu.compute.minor': '0',
    }
    expect(refusal(() => plan([node('a', { labels })])).message).toContain(
      'no engine image runs on compute capability 7',
    )
  })

  it('are not what the file names: a warning', () => {
    const spec = { resource: resource({ instanceType: 'Standard_NC24ads_A100_v4' }) }
    expect(plan([node('a')], spec).warnings).toEqual([expect.objectContaining({ code: 'instance-type-ignored' })])
  })

  it('that announce none of their GPUs are told with the command that installs the device plugin', () => {
    const labels = { 'node.kubernetes.io/instance-type': 'Standard_NC24ads_A100_v4' }
    const taints = [{ key: 'team', value: 'ml', effect: 'NoSchedule' as const }]
    const silent = node('gpu-1', { labels, gpus: 0, freeGpus: 0, providerId: 'azure:///subscriptions/0' })
    expect(refusal(() => plan([silent]))).toMatchObject({
      code: 'NO_DEVICE_PLUGIN',
      message: expect.stringContaining('gpu-1 is a Standard_NC24ads_A100_v4, and announces no nvidia.com/gpu'),
      hint: saying('helm upgrade --install nvdp'),
    })
    // What keeps the pods away, too, is told first; where the cloud brings the plugin, nobody is to install another.
    expect(refusal(() => plan([{ ...silent, taints }]))).toMatchObject({ code: 'PREFLIGHT_REFUSED' })
    expect(refusal(() => plan([{ ...silent, providerId: 'gce://p/z/gpu-1' }]))).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
    })
  })

  it('none at all', () => {
    expect(refusal(() => plan([]))).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      message: expect.stringContaining('0 nodes (0 Ready)'),
    })
  })
})

describe("offline, for one's own nodes", () => {
  it('assumes the smallest GPU that fits, and says so', () => {
    const { pool, sizing, warnings } = assemblePlan(
      workspace('mistral-7b'),
      supply,
      onAzure({ isOffline: true, ownNodes: true }),
      {},
    )
    expect(pool).toEqual({ mode: 'existing', nodeSelector: {}, nodes: [] })
    expect(sizing).toMatchObject({
      tensorParallelSize: 1,
      gpu: { perNode: 1, visibleGiB: 22 },
      instanceType: undefined,
    })
    expect(warnings).toEqual([{ code: 'gpu-assumed', message: expect.stringContaining('is assumed') }])
  })
})

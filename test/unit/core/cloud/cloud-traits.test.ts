/** What is true of each cloud that kaito ships, as planning and rendering read it. */

import { describe, expect, it } from 'vitest'
import { isSystemLabel } from '#core/cloud/cloud-traits.ts'
import { detectCloud } from '#core/cloud/detect.ts'
import { CLOUDS } from '#core/cloud/ids.ts'
import { barringTaints, tolerationsOn } from '#core/placement/tolerations.ts'
import { openCatalog } from '#data/catalog.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'

const { clouds, machines } = await openCatalog(SHIPPED_ENGINES)

it('each cloud that can be named has its traits, and machines', () => {
  expect(clouds.map(({ id }) => id).toSorted()).toEqual(CLOUDS.toSorted())
  for (const { id } of clouds) expect(machines.of(id)).not.toHaveLength(0)
})

describe('the cloud of a cluster', () => {
  it.each([
    [['azure:///subscriptions/x'], 'azure'],
    [['aws:///us-east-1a/i-0', 'aws:///us-east-1b/i-1'], 'aws'],
    [['gce://p/us-central1-a/n', ''], 'gcp'],
  ])('%j is %s', (providerIds, cloud) => {
    expect(detectCloud(providerIds, clouds)).toBe(cloud)
  })

  it.each([[[]], [['kind://docker/x']], [['azure:///x', 'aws:///y']]])('of %j is not known', (providerIds) => {
    expect(detectCloud(providerIds, clouds)).toBeUndefined()
  })
})

describe('labels', () => {
  it.each([
    'kubernetes.io/hostname',
    'node.kubernetes.io/instance-type',
    'topology.k8s.io/zone',
    'nvidia.com/gpu.product',
    'kubernetes.azure.com/agentpool',
    'eks.amazonaws.com/nodegroup',
    'cloud.google.com/gke-nodepool',
  ])('%s is set by the cluster or a cloud', (key) => {
    expect(isSystemLabel(key, clouds)).toBe(true)
  })

  it.each(['apps', 'team.example/gpu', 'mykubernetes.io/x', 'kubernetes.io', 'example.com/kubernetes.io/x'])(
    '%s is for a pool to carry',
    (key) => expect(isSystemLabel(key, clouds)).toBe(false),
  )
})

describe('the pods of a pool', () => {
  it.each(clouds)('tolerate what $id and kaito lay down there, and the taint of no other cloud', (cloud) => {
    const tolerations = tolerationsOn([cloud])
    expect(barringTaints([...cloud.ourTaints, ...cloud.itsTaints], tolerations)).toEqual([])
    const others = clouds.flatMap((other) => [...other.ourTaints, ...other.itsTaints])
    const foreign = others.filter(
      ({ key }) => key !== 'nvidia.com/gpu' && ![...cloud.ourTaints, ...cloud.itsTaints].some((own) => own.key === key),
    )
    expect(barringTaints(foreign, tolerations)).toEqual(foreign)
  })

  it("tolerate all of them on one's own nodes: who tainted those is not known", () => {
    const all = clouds.flatMap(({ ourTaints, itsTaints }) => [...ourTaints, ...itsTaints])
    expect(barringTaints(all, tolerationsOn(clouds))).toEqual([])
  })
})

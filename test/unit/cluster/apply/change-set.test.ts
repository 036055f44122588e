/** What would change, by what a dry run answers; values of Secrets are never in it. */
import { describe, expect, it } from 'vitest'
import { planChanges } from '#cluster/apply/change-set.ts'
import type { KubePort } from '#cluster/cluster.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'

const { signal } = new AbortController()
const secret = (data: Record<string, string>, more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n', ...more }, data }) as KubeObject

/** A cluster that holds `live` and would store `wanted`. */
const cluster = (live: KubeObject | undefined, wanted: KubeObject): KubePort =>
  ({ get: () => Promise.resolve(live), apply: () => Promise.resolve(wanted) }) as unknown as KubePort

const change = async (live: KubeObject | undefined, wanted: KubeObject) =>
  (await planChanges(cluster(live, wanted), [wanted], { signal, force: false, leaveReplicas: true }))[0]

describe('planChanges', () => {
  it('what the server keeps for itself is no change', async () => {
    const live = secret({ a: 'eA==' }, { resourceVersion: '1', managedFields: [{ manager: 'x' }] })
    const wanted = secret({ a: 'eA==' }, { resourceVersion: '2', generation: 7 })
    expect(await change(live, wanted)).toMatchObject({ change: 'unchanged' })
  })

  it('a Secret whose value changed to one of the same length is changed, and shows neither', async () => {
    const found = await change(secret({ TOKEN: 'b2xkc2VjcmV0' }), secret({ TOKEN: 'bmV3c2VjcmV0' }))
    expect(found).toMatchObject({ change: 'configured' })
    expect(found?.diff).toContain('TOKEN: (12 characters, after)')
    expect(found?.diff).not.toMatch(/b2xkc2Vj|bmV3c2Vj/)
  })

  it('a new Secret shows its keys alone', async () => {
    const found = await change(undefined, secret({ TOKEN: 'bmV3c2VjcmV0' }))
    expect(found).toMatchObject({ change: 'created' })
    expect(found?.diff).toContain('TOKEN: (12 characters')
    expect(found?.diff).not.toContain('bmV3c2VjcmV0')
  })

  it('anything else shows lines with their surroundings', async () => {
    const map = (value: string): KubeObject =>
      ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1', b: value } }) as KubeObject
    expect((await change(map('old'), map('new')))?.diff?.split('\n').filter((line) => /^[-+] /.test(line))).toEqual([
      '-  b: old',
      '+  b: new',
    ])
  })
})

describe('an autoscaled Deployment', () => {
  const entry = (manager: string, operation: string, owns: boolean, subresource?: string): object => ({
    manager,
    operation,
    ...(subresource === undefined ? {} : { subresource }),
    fieldsV1: { 'f:spec': owns ? { 'f:replicas': {} } : { 'f:template': {} } },
  })
  const deployment = (replicas: number, managedFields: object[]): KubeObject =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', managedFields },
      spec: { replicas, paused: false },
    }) as KubeObject

  it.each([
    {
      what: 'as planned while the number is ours',
      fields: [entry('kaito', 'Apply', true)],
      leaveReplicas: true,
      sent: 1,
    },
    {
      what: 'without them once an autoscaler set the number',
      fields: [entry('kaito', 'Apply', false), entry('kube-controller-manager', 'Update', true, 'scale')],
      leaveReplicas: true,
      sent: undefined,
    },
    {
      what: 'without them once it was scaled to 0, which leaves no owner',
      fields: [entry('kaito', 'Apply', false)],
      leaveReplicas: true,
      sent: undefined,
    },
    {
      what: 'as the user says, when the user says how many',
      fields: [entry('kaito', 'Apply', false)],
      leaveReplicas: false,
      sent: 1,
    },
    {
      what: 'as planned when we never applied it',
      fields: [entry('helm', 'Update', true)],
      leaveReplicas: true,
      sent: 1,
    },
  ])('is applied $what', async ({ fields, leaveReplicas, sent }) => {
    const asked: KubeObject[] = []
    const kube = {
      get: () => Promise.resolve(deployment(5, fields)),
      apply: (object: KubeObject) => {
        asked.push(object)
        return Promise.resolve(object)
      },
    } as unknown as KubePort
    const [found] = await planChanges(kube, [deployment(1, [])], { signal, force: false, leaveReplicas })
    expect(asked).toHaveLength(1)
    expect((asked[0] as { spec?: object } | undefined)?.spec).toEqual(
      sent === undefined ? { paused: false } : { replicas: 1, paused: false },
    )
    expect(found?.object).toEqual(asked[0])
  })
})

/** What only a real control plane enforces: PodSecurity, and a quota that is lowered after a deploy has looked at it. */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { api, cloudPools, createNamespace, deleteNamespace, direct, eventually } from './bed.ts'
import { kaito } from './kaito.ts'

const NONE = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }

describe('a namespace with a quota', () => {
  it('that comes after the pods were planned ends the wait with its words, long before any timeout', async () => {
    const namespace = await createNamespace()
    const deployed = await kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace], { env: direct })
    expect(deployed.code, deployed.stderr).toBe(0)
    await api('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, NONE)
    const ready = `/api/v1/namespaces/${namespace}/resourcequotas/none`
    await eventually(
      async () => JSON.stringify((await api<{ status?: object }>('GET', ready)).body.status ?? {}).includes('hard'),
      'the quota counts',
    )
    const { body } = await api<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/pods`,
    )
    for (const { metadata } of body.items)
      await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}?gracePeriodSeconds=0`)
    const start = performance.now()
    const refused = await kaito(['wait', 'mistral-7b', '-n', namespace, '-o', 'json'], { env: direct })
    expect(refused.code, refused.stderr).toBe(4)
    expect(refused.stderr).toContain('NAMESPACE_QUOTA_EXCEEDED')
    expect(refused.stderr).toContain('exceeded quota')
    expect(performance.now() - start).toBeLessThan(30_000)
    expect((await kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], { env: direct })).code).toBe(0)
    await deleteNamespace(namespace)
  })
})

describe('a namespace that enforces PodSecurity', () => {
  it('refuses pods that a patch makes privileged, before a node pool is made', async () => {
    const namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    const patch = join(tmpdir(), `${namespace}.patch.yaml`)
    writeFileSync(patch, 'kind: Deployment\nspec: { template: { spec: { hostNetwork: true } } }\n')
    const pools = await cloudPools()
    const args = ['mistral-7b', '-n', namespace, '--patch', patch, '-o', 'json']
    for (const verb of [['plan'], ['deploy', '--yes']]) {
      const refused = await kaito([...verb, ...args], { env: direct })
      expect(refused.code, refused.stderr).toBe(3)
      expect(refused.stderr).toContain('"code":"PREFLIGHT_REFUSED"')
      expect(refused.stderr).toContain('violates PodSecurity')
    }
    expect(await cloudPools()).toEqual(pools)
    await deleteNamespace(namespace)
  })
})

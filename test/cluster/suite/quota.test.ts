/** Quotas of a namespace, which only a real control plane enforces. */
import { describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct, eventually } from './bed.ts'
import { kaito } from './kaito.ts'

describe('a namespace with a quota', () => {
  it('a quota that refuses the pods ends the wait with its words, long before any timeout', async () => {
    const other = await createNamespace()
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }
    await api('POST', `/api/v1/namespaces/${other}/resourcequotas`, quota)
    const ready = `/api/v1/namespaces/${other}/resourcequotas/none`
    await eventually(
      async () => JSON.stringify((await api<{ status?: object }>('GET', ready)).body.status ?? {}).includes('hard'),
      'the quota counts',
    )
    const start = performance.now()
    const refused = await kaito(['deploy', 'mistral-7b', '--yes', '-n', other, '-o', 'json'], { env: direct })
    expect(refused.code, refused.stderr).toBe(4)
    expect(refused.stderr).toContain('NAMESPACE_QUOTA_EXCEEDED')
    expect(refused.stderr).toContain('exceeded quota')
    expect(performance.now() - start).toBeLessThan(30_000)
    expect((await kaito(['delete', 'mistral-7b', '--yes', '-n', other], { env: direct })).code).toBe(0)
    await deleteNamespace(other)
  })
})

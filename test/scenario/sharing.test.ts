/** Others work on the same objects: autoscalers, people with kubectl, admission. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

describe('a workspace that others change too', () => {
  let namespace = ''
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
  const deployment = (tail = '') => `/apis/apps/v1/namespaces/${namespace}/deployments/mistral-7b${tail}`
  type Changes = { changes: { ref: { kind: string }; change: string }[] }
  const changesOf = (stdout: string) => (JSON.parse(stdout) as Changes).changes

  beforeAll(async () => {
    namespace = await createNamespace()
    expect((await run('deploy', 'mistral-7b', '--yes', '--replicas', '1')).code).toBe(0)
  })
  afterAll(async () => {
    await run('delete', 'mistral-7b', '--yes')
    await deleteNamespace(namespace)
  })

  it('an annotation of somebody else stays, and is no change', async () => {
    const { body } = await api<{ metadata: { annotations: object } }>('GET', deployment())
    const annotations = { ...body.metadata.annotations, 'team.example.com/owner': 'research' }
    await api('PUT', deployment('?fieldManager=somebody'), { ...body, metadata: { ...body.metadata, annotations } })
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect(changesOf(again.stdout).map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged'])
    expect((await api('GET', deployment())).body).toMatchObject({ metadata: { annotations } })
  })

  it('a flag that somebody edited is a conflict, found before anything is changed; --force-conflicts takes it back', async () => {
    interface Body {
      spec: { template: { spec: { containers: [{ args: string[] }] } } }
    }
    const { body } = await api<Body>('GET', deployment())
    body.spec.template.spec.containers[0].args.push('--seed=7')
    await api('PUT', deployment('?fieldManager=kubectl-edit'), body)
    const before = await inventory(namespace)
    const refused = await run('deploy', 'mistral-7b', '--yes')
    expect(refused.code, refused.stderr).toBe(5)
    expect(refused.stderr).toContain('CONFLICT')
    expect(refused.stderr).toContain('kubectl-edit')
    const stable = (all: Record<string, string>) =>
      Object.entries(all).filter(
        ([name]) => !/^(pods|replicasets|endpoints|endpointslices|deployments|leases)\//.test(name),
      )
    expect(stable(await inventory(namespace))).toEqual(stable(before))
    const forced = await run('deploy', 'mistral-7b', '--yes', '--force-conflicts')
    expect(forced.code, forced.stderr).toBe(0)
    expect(JSON.stringify((await api('GET', deployment())).body)).not.toContain('--seed=7')
  })

  it('replicas that an autoscaler set stay as they are', async () => {
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'mistral-7b', namespace },
      spec: { replicas: 0 },
    }
    await api('PUT', deployment('/scale?fieldManager=keda'), scale)
    const after = await run('diff', 'mistral-7b')
    expect(after.code, `${after.stdout}${after.stderr}`).toBe(0)
    expect((await api('GET', deployment())).body).toMatchObject({ spec: { replicas: 0 } })
    for (const command of [
      ['wait', 'mistral-7b'],
      ['status', 'mistral-7b', '--deep'],
    ]) {
      const asleep = await run(...command)
      expect(asleep.code, asleep.stderr).toBe(0)
      expect(JSON.parse(asleep.stdout)).toMatchObject({
        workspaces: [{ phase: 'Stopped', verifications: [{ check: 'replicas', outcome: 'not-verified' }] }],
      })
    }
    await api('PUT', deployment('/scale?fieldManager=keda'), { ...scale, spec: { replicas: 1 } })
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect(new Set(changesOf(again.stdout).map(({ change }) => change))).toEqual(new Set(['unchanged']))
  })

  it('what somebody deleted by hand is made again', async () => {
    await api('DELETE', `/api/v1/namespaces/${namespace}/services/mistral-7b`)
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect(changesOf(again.stdout).filter(({ change }) => change !== 'unchanged')).toMatchObject([
      { ref: { kind: 'Service' }, change: 'created' },
    ])
  })
})

/** Quotas and limits of a namespace: what the API server makes of them, and what kaito says before anything is paid for. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  inventory,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'

interface Answer {
  reason?: string
  message?: string
  spec?: { containers: { resources?: object }[] }
  status?: { used?: Record<string, string> }
}

let namespace = ''
const path = (kind: string, tail = '') => `/api/v1/namespaces/${namespace}/${kind}${tail}`

async function put(kind: 'resourcequotas' | 'limitranges', name: string, spec: object): Promise<void> {
  const object = { apiVersion: 'v1', kind: kind === 'limitranges' ? 'LimitRange' : 'ResourceQuota' }
  await api('POST', path(kind), { ...object, metadata: { name }, spec })
  if (kind === 'limitranges') return
  const isCounted = async () => (await api<Answer>('GET', path(kind, `/${name}`))).body.status?.used !== undefined
  await eventually(isCounted, 'the quota counts')
}

beforeEach(async () => {
  namespace = await createNamespace()
  return () => deleteNamespace(namespace)
})

describe('the API server', () => {
  const pod = (resources: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i', resources }], nodeSelector: { nobody: 'has' } },
  })
  const create = (resources?: object, query = '') => api<Answer>('POST', path('pods', query), pod(resources))

  it('refuses what a quota has no room for, in a dry run as well, and counts what is there', async () => {
    await put('resourcequotas', 'two', { hard: { pods: '1', 'requests.nvidia.com/gpu': '2' } })
    const gpus = (count: number) => ({ limits: { 'nvidia.com/gpu': String(count) } })
    for (const query of ['', '?dryRun=All']) {
      const { status, body } = await create(gpus(3), query)
      expect(status).toBe(403)
      expect(body.reason).toBe('Forbidden')
      expect(body.message).toBe(
        'pods "p" is forbidden: exceeded quota: two, requested: requests.nvidia.com/gpu=3, used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=2',
      )
    }
    expect((await create(gpus(2), '?dryRun=All')).status).toBe(201)
    expect((await api('GET', path('pods', '/p'))).status).toBe(404)
    expect((await create(gpus(2))).status).toBe(201)
    const used = async () => (await api<Answer>('GET', path('resourcequotas', '/two'))).body.status?.used
    await eventually(async () => (await used())?.['pods'] === '1', 'the pod is counted')
    expect(await used()).toEqual({ pods: '1', 'requests.nvidia.com/gpu': '2' })
  })

  it('counts objects, too', async () => {
    const maps = await api<{ items: unknown[] }>('GET', path('configmaps'))
    const room = String(maps.body.items.length)
    await put('resourcequotas', 'maps', { hard: { 'count/configmaps': room } })
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } }
    const { status, body } = await api<Answer>('POST', path('configmaps'), map)
    expect(status).toBe(403)
    expect(body.message).toContain('configmaps "one" is forbidden: exceeded quota: maps, requested: count/configmaps=1')
  })

  it('wants what a quota limits to be said', async () => {
    await put('resourcequotas', 'memory', { hard: { 'limits.memory': '8Gi' } })
    const { status, body } = await create()
    expect(status).toBe(403)
    expect(body.message).toBe('pods "p" is forbidden: failed quota: memory: must specify limits.memory for: c')
  })

  it('fills in what a LimitRange says, and refuses what is more', async () => {
    await put('limitranges', 'small', {
      limits: [{ type: 'Container', max: { memory: '8Gi' }, default: { memory: '2Gi' } }],
    })
    const filled = await create(undefined, '?dryRun=All')
    expect(filled.body.spec?.containers[0]?.resources).toEqual({
      limits: { memory: '2Gi' },
      requests: { memory: '2Gi' },
    })
    const { status, body } = await create({ limits: { memory: '16Gi' } })
    expect(status).toBe(403)
    expect(body.message).toBe('pods "p" is forbidden: maximum memory usage per Container is 8Gi, but limit is 16Gi')
    const more = await create({ requests: { memory: '4Gi' } })
    expect(more.status).toBe(422)
    expect(more.body.message).toContain(
      'spec.containers[0].resources.requests: Invalid value: "4Gi": must be less than or equal to memory limit of 2Gi',
    )
  })
})

describe('kaito', () => {
  let pools: string[] = []
  beforeAll(async () => {
    pools = await cloudPools()
  })
  afterAll(async () => {
    expect(await cloudPools()).toEqual(pools)
  })

  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
  const lastLine = (stderr: string) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Record<string, unknown>

  it.each([
    ['pods', '0', 'pods: 0 of 0 used, 1 more needed'],
    ['requests.nvidia.com/gpu', '0', 'requests.nvidia.com/gpu: 0 of 0 used, 1 more needed'],
    ['requests.memory', '1Gi', /requests.memory: 0 of 1Gi used, \d+Gi more needed/],
  ])('refuses a deploy that a quota of %s has no room for, and makes nothing', async (resource, hard, words) => {
    await put('resourcequotas', 'team', { hard: { [resource]: hard } })
    const before = await inventory(namespace)
    for (const args of [
      ['plan', 'mistral-7b'],
      ['deploy', 'mistral-7b', '--yes'],
    ]) {
      const { code, stderr } = await run(...args)
      expect(code, stderr).toBe(3)
      const error = lastLine(stderr)
      expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', resource: { kind: 'ResourceQuota', name: 'team' } })
      expect(error['message']).toMatch(words)
      expect(error['hint']).toContain('describe quota team')
    }
    expect(await inventory(namespace)).toEqual(before)
    expect(await cloudPools()).toEqual(pools)
  })

  it.each([
    ['nvidia.com/gpu', '0', /maximum nvidia.com\/gpu usage per Container is 0, but limit is 1/],
    ['memory', '8Gi', /limits of the namespace .*8Gi/],
  ])('refuses a deploy that a LimitRange of %s does not allow, and says why', async (resource, max, words) => {
    await put('limitranges', 'small', { limits: [{ type: 'Container', max: { [resource]: max } }] })
    const { code, stderr } = await run('deploy', 'mistral-7b', '--yes')
    expect(code, stderr).toBe(3)
    expect(lastLine(stderr)).toMatchObject({ code: 'PREFLIGHT_REFUSED', message: expect.stringMatching(words) })
    expect(lastLine(stderr)['hint']).toContain('describe limits')
    expect(await cloudPools()).toEqual(pools)
  })

  it('counts the workspaces of one input together', async () => {
    await put('resourcequotas', 'team', { hard: { 'requests.nvidia.com/gpu': '1' } })
    const folder = mkdtempSync(join(tmpdir(), 'kaito-room-'))
    for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.yaml`), workspaceText({ name }))
    expect((await run('plan', '-f', join(folder, 'one.yaml'))).code).toBe(0)
    const { code, stderr } = await run('plan', '-f', folder)
    expect(code, stderr).toBe(3)
    expect(stderr).toContain('two: The quota team')
    expect(stderr).not.toContain('one: The quota team')
  })

  it('lets pods be replaced that fill a quota, and none that are too many for it', async () => {
    await put('resourcequotas', 'team', { hard: { pods: '1', 'requests.nvidia.com/gpu': '1' } })
    const deployed = await run('deploy', 'mistral-7b', '--yes')
    expect(deployed.code, deployed.stderr).toBe(0)
    const isFull = async () =>
      (await api<Answer>('GET', path('resourcequotas', '/team'))).body.status?.used?.['pods'] === '1'
    await eventually(isFull, 'the pod is counted')
    const change = ['plan', 'mistral-7b', '--max-model-len', '4096']
    const planned = await run(...change)
    expect(planned.code, planned.stderr).toBe(0)
    expect((await run('plan', 'mistral-7b', '--replicas', '2')).code).toBe(3)
    await put('resourcequotas', 'none', { hard: { pods: '0' } })
    const refused = await run(...change)
    expect(refused.code, refused.stderr).toBe(3)
    expect(lastLine(refused.stderr)['message']).toContain('pods: 1 of 0 used')
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
  })

  it('asks nothing of a namespace where nothing new is made', async () => {
    const deployed = await run('deploy', 'mistral-7b', '--yes')
    expect(deployed.code, deployed.stderr).toBe(0)
    await put('resourcequotas', 'late', { hard: { pods: '0', 'count/configmaps': '0' } })
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
  })
})

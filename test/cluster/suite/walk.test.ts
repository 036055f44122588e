/** The whole walk on the bed, through the built command line: deploy, again, change, delete. */
import { readFileSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIT_LOG } from '../starter/places.ts'
import { api, cloudPools, createNamespace, deleteNamespace, direct, eventually, inventory, nodeNames } from './bed.ts'
import { kaito } from './kaito.ts'

const SEED = `apiVersion: kaito.sh/v1alpha1
kind: Workspace
metadata:
  name: mistral-7b
spec:
  resource:
    instanceType: "Standard_NC24ads_A100_v4"
    count: 1
  inference:
    preset:
      name: "mistral-7b-instruct"
`

/** Requests in the audit log that changed, or could have changed, something since `from`. */
function mutations(from: number): string[] {
  const lines = readFileSync(AUDIT_LOG)
    .subarray(from)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines
    .map((line) => JSON.parse(line) as { verb: string; requestURI: string; userAgent?: string })
    .filter(({ userAgent }) => userAgent?.startsWith('kaito/'))
    .filter(({ verb }) => ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb))
    .filter(({ requestURI }) => !requestURI.includes('dryRun=All'))
    .map(({ verb, requestURI }) => `${verb} ${requestURI.split('?')[0]}`)
}

describe.each([
  { how: 'from the name', args: ['deploy', 'mistral-7b', '--yes'], stdin: '' },
  { how: 'from the seed file', args: ['deploy', '-f', '-', '--yes'], stdin: SEED },
])('the walk $how', ({ args, stdin }) => {
  let namespace = ''
  let before: { objects: Record<string, string>; nodes: string[]; pools: string[] }
  const run = (more: readonly string[]) => kaito([...more, '-n', namespace], { env: direct, stdin })

  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    before = { objects: await inventory(namespace), nodes: await nodeNames(), pools: await cloudPools() }
  })
  afterAll(() => deleteNamespace(namespace))

  it('creates the pool, applies the objects and ends with 0 after a real completion', async () => {
    const done = await run([...args, '-o', 'json'])
    expect(done.stderr).not.toMatch(/error/i)
    expect(done.code).toBe(0)
    const result = JSON.parse(done.stdout) as {
      verifications: { check: string; outcome: string; detail: string }[]
      pool: { name: string; change: string }
    }
    expect(result.pool.change).toBe('created')
    expect(await cloudPools()).toEqual([...before.pools, result.pool.name].sort())
    expect(result.verifications.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'replicas ok',
      'endpoints ok',
      'health ok',
      'models ok',
      'completion ok',
      'service ok',
    ])
  })

  it('run again: unchanged, the same resourceVersions, nothing written but the Lease and the port-forward', async () => {
    const [objects, from] = [await inventory(namespace), statSync(AUDIT_LOG).size]
    const again = await run([...args, '-o', 'json'])
    expect(again.code).toBe(0)
    const result = JSON.parse(again.stdout) as { changes: { change: string }[]; pool: { change: string } }
    expect(result.pool.change).toBe('unchanged')
    expect(result.changes.map((c) => c.change)).toEqual(result.changes.map(() => 'unchanged'))
    const withoutLease = (all: Record<string, string>) =>
      Object.entries(all).filter(([name]) => !name.startsWith('leases/'))
    expect(withoutLease(await inventory(namespace))).toEqual(withoutLease(objects))
    const isAllowed = (line: string) =>
      line.includes('/leases/') || line.endsWith('/leases') || line.endsWith('/portforward')
    await eventually(async () => mutations(from).length > 0, 'the audit log shows the Lease')
    expect(mutations(from).filter((line) => !isAllowed(line))).toEqual([])
    expect((await run(['diff', ...args.slice(1).filter((a) => a !== '--yes')])).code).toBe(0)
  })

  it('with another max-model-len only the Deployment, the root and a new revision change', async () => {
    const objects = await inventory(namespace)
    expect((await run(['diff', ...args.slice(1).filter((a) => a !== '--yes'), '--max-model-len', '8192'])).code).toBe(1)
    const changed = await run([...args, '--max-model-len', '8192', '-o', 'json'])
    expect(changed.code).toBe(0)
    const result = JSON.parse(changed.stdout) as { changes: { ref: { kind: string }; change: string }[] }
    expect(result.changes.filter((c) => c.change !== 'unchanged').map((c) => c.ref.kind)).toEqual(['Deployment'])
    const after = await inventory(namespace)
    const moved = Object.keys(after).filter(
      (name) => after[name] !== objects[name] && !/^(leases|pods|replicasets|endpoints|endpointslices)\//.test(name),
    )
    expect(moved).toEqual(['configmaps/mistral-7b-kaito', 'configmaps/mistral-7b-kaito-r2', 'deployments/mistral-7b'])
  })

  it('status, endpoint and logs tell the truth', async () => {
    const status = await run(['status', 'mistral-7b', '--deep', '-o', 'json'])
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({
      workspaces: [{ phase: 'Ready', replicas: { wanted: 1, ready: 1 } }],
    })
    expect((await run(['endpoint', 'mistral-7b', '-o', 'name'])).stdout).toContain(`http://mistral-7b.${namespace}.svc`)
    expect((await run(['logs', 'mistral-7b'])).stdout).toMatch(/vLLM|INFO/)
  })

  it('delete leaves exactly what was there before, and the pool is gone', async () => {
    await api('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine', namespace, labels: { 'kaito.sh/workspace': 'mistral-7b' } },
    })
    const gone = await run(['delete', 'mistral-7b', '--yes', '-o', 'json'])
    expect(gone.stderr).not.toMatch(/error/i)
    expect(gone.code).toBe(0)
    expect(Object.keys(await inventory(namespace))).toEqual([...Object.keys(before.objects), 'configmaps/mine'].sort())
    expect(await cloudPools()).toEqual(before.pools)
    expect(await nodeNames()).toEqual(before.nodes)
    expect((await run(['delete', 'mistral-7b', '--yes'])).code).toBe(5)
  })
})

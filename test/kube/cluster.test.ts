/** The cluster port against a real API server: what only the real one can say. */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applySetId, findPrunable, parentMetadata } from '#cluster/apply/apply-set.ts'
import { planChanges } from '#cluster/apply/change-set.ts'
import type { KubePort, WatchEvent } from '#cluster/cluster.ts'
import { acquireLease } from '#cluster/lock/lease.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { APPLY_SET } from '#core/objects/labels.ts'
import { connectCluster } from '#kube/connect.ts'
import { KUBECONFIG } from '../cluster/starter/places.ts'
import { api, createNamespace, deleteNamespace } from '../cluster/suite/bed.ts'

const { signal } = new AbortController()
let kube: KubePort
let namespace = ''
beforeAll(async () => {
  kube = await connectCluster({ kubeconfig: KUBECONFIG, version: 'test', env: {}, onSecret: () => undefined })
  namespace = await createNamespace()
})
afterAll(async () => {
  await kube.close()
  await deleteNamespace(namespace)
})

const map = (name: string, data: Record<string, string>, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...metadata }, data }) as KubeObject

const path = (name: string, manager: string): string =>
  `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${manager}`

describe('apply', () => {
  it('is unchanged the second time, and writes nothing in a dry run', async () => {
    const first = await kube.apply(map('a', { x: '1' }), { signal })
    expect(
      await planChanges(kube, [map('a', { x: '1' })], { signal, force: false, leaveReplicas: true }),
    ).toMatchObject([{ change: 'unchanged' }])
    expect(
      await planChanges(kube, [map('a', { x: '2' })], { signal, force: false, leaveReplicas: true }),
    ).toMatchObject([{ change: 'configured' }])
    const after = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace }, signal)
    expect(after?.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it('keeps what others set, and drops what it set itself before', async () => {
    await kube.apply(map('b', { mine: '1', old: '1' }), { signal })
    const live = (await api<KubeObject>('GET', path('b', 'x'))).body as KubeObject & { data: object }
    await api('PUT', path('b', 'somebody'), { ...live, data: { ...live.data, theirs: '1' } })
    expect(await kube.apply(map('b', { mine: '2' }), { signal })).toMatchObject({ data: { mine: '2', theirs: '1' } })
  })

  it('a field of somebody else is a CONFLICT that names the manager and the field; with force it is taken', async () => {
    await kube.apply(map('c', { x: '1' }), { signal })
    const live = (await api<KubeObject>('GET', path('c', 'x'))).body as KubeObject
    await api('PUT', path('c', 'their-tool'), { ...live, data: { x: 'theirs' } })
    const refused = kube.apply(map('c', { x: '2' }), { signal })
    await expect(refused).rejects.toMatchObject({
      code: 'CONFLICT',
      reason: expect.stringMatching(/their-tool[\s\S]*\.data\.x/),
    })
    expect(await kube.apply(map('c', { x: '2' }), { signal, force: true })).toMatchObject({ data: { x: '2' } })
  })

  it('what the server calls invalid keeps the server’s words', async () => {
    await expect(kube.apply(map('Not_A_Name', {}), { signal })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: expect.stringContaining('lowercase RFC 1123'),
    })
    const service = (clusterIP: string): KubeObject =>
      ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace },
        spec: { clusterIP, ports: [{ port: 80 }], selector: { a: 'b' } },
      }) as KubeObject
    await kube.apply(service('None'), { signal })
    await expect(kube.apply(service('10.96.7.7'), { signal, force: true })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: expect.stringContaining('may not change once set'),
    })
  })

  it('a namespace that is not there is NOT_FOUND by its name', async () => {
    const lost = map('a', {}, { namespace: 'no-such-namespace' })
    await expect(kube.apply(lost, { signal })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: expect.stringContaining('no-such-namespace'),
    })
  })

  it('a pod that is tried out is not there afterwards, and what the namespace warns of is told', async () => {
    const warned = await createNamespace({ 'pod-security.kubernetes.io/warn': 'restricted' })
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'tried', namespace: warned },
      spec: { hostNetwork: true, containers: [{ name: 'c', image: 'i' }] },
    } as KubeObject
    const { object, warnings } = await kube.tryCreate(pod, signal)
    expect(object).toMatchObject({ kind: 'Pod', spec: { hostNetwork: true, dnsPolicy: 'ClusterFirst' } })
    expect(warnings.join('\n')).toContain('would violate PodSecurity "restricted')
    expect(await kube.get({ apiVersion: 'v1', kind: 'Pod', name: 'tried', namespace: warned }, signal)).toBeUndefined()
    await deleteNamespace(warned)
  })

  it('create and replace hold their preconditions', async () => {
    const made = await kube.create(map('d', { x: '1' }), signal)
    await expect(kube.create(map('d', {}), signal)).rejects.toMatchObject({ code: 'CONFLICT' })
    await kube.replace({ ...made, data: { x: '2' } } as KubeObject, signal)
    await expect(kube.replace({ ...made, data: { x: '3' } } as KubeObject, signal)).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  it('delete says whether it was there, and takes no namesake', async () => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'e', namespace }
    await kube.create(map('e', {}), signal)
    await expect(kube.delete(ref, { signal, uid: randomUUID() })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await kube.delete(ref, { signal })).toBe(true)
    expect(await kube.delete(ref, { signal })).toBe(false)
  })
})

describe('an ApplySet', () => {
  it('prunes exactly its members that are no longer wanted', async () => {
    const parent = { apiVersion: 'v1', kind: 'ConfigMap', name: 'root', namespace }
    const id = applySetId(parent)
    const account = (name: string, label: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels: { [APPLY_SET.member]: label } },
    })
    const { labels, annotations } = parentMetadata(parent, [{ apiVersion: 'v1', kind: 'ServiceAccount' }])
    const root = await kube.apply(map('root', {}, { labels, annotations }), { signal })
    const [keep, drop, other] = [account('keep', id), account('drop', id), account('other', `${id}x`.slice(-60))]
    for (const object of [keep, drop, other]) await kube.apply(object, { signal })
    expect(
      (await findPrunable(kube, root, [keep], { kinds: [KINDS.serviceAccount], signal })).map(({ name }) => name),
    ).toEqual(['drop'])
  })

  it('has an id of at most 63 characters, as a label wants', () => {
    expect(
      applySetId({ apiVersion: 'v1', kind: 'ConfigMap', name: 'n'.repeat(253), namespace: 'x'.repeat(63) }),
    ).toMatch(/^applyset-[A-Za-z0-9_-]{43}-v1$/)
  })
})

describe('watch', () => {
  it('tells what happens after the list, of this namespace and label alone', async () => {
    const end = new AbortController()
    const seen: string[] = []
    const labels = { watched: 'yes' }
    await kube.apply(map('w1', {}, { labels }), { signal })
    const note = (event: WatchEvent): number =>
      seen.push('object' in event ? `${event.type} ${event.object.metadata.name}` : event.type)
    const watching = (async () => {
      const kind = { apiVersion: 'v1', kind: 'ConfigMap', namespace }
      for await (const event of kube.watch(kind, { signal: end.signal, labelSelector: 'watched=yes' })) note(event)
    })().catch(() => undefined)
    await expect.poll(() => seen).toEqual(['added w1', 'synced'])
    await kube.apply(map('unwatched', {}), { signal })
    await kube.apply(map('w1', { x: '1' }, { labels }), { signal })
    await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', name: 'w1', namespace }, { signal })
    await expect.poll(() => seen.slice(2)).toEqual(['modified w1', 'deleted w1'])
    end.abort()
    await watching
  })
})

describe('the lock', () => {
  const request = (pid: number, isAlive: boolean) => ({
    name: 'lock',
    namespace,
    verb: 'deploy' as const,
    runner: {
      hostname: hostname(),
      bootId: 'b',
      pidNamespace: 'p',
      startTime: String(pid),
      pid,
      instance: String(pid),
      findProcess: (of: number) => (isAlive ? { startTime: String(of) } : undefined),
    },
    clock: { now: () => new Date(), sleep: (ms: number, s: AbortSignal) => delay(ms, undefined, { signal: s }) },
    signal,
    wait: false,
  })

  it('goes to one of five that ask at once; a dead holder is replaced', async () => {
    const all = await Promise.allSettled([1, 2, 3, 4, 5].map((pid) => acquireLease(kube, request(pid, true))))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'LOCKED' })
    const next = await acquireLease(kube, request(6, false))
    await next.release()
    const lease = await kube.get(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'lock', namespace },
      signal,
    )
    expect(lease).toMatchObject({ spec: { holderIdentity: '', leaseTransitions: 1 } })
  })
})

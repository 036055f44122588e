/** A volume that takes its time is waited for; one that nothing makes is not. Nothing provisions on the bed: the test does. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct, eventually } from './bed.ts'
import { kaito } from './kaito.ts'

/** Longer than a hopeless state has to hold. */
const SLOW_MS = 12_000

describe('a volume claim that binds at once', () => {
  let namespace = ''
  let name = ''
  const patch = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'volume.patch.yaml')
  const claims = () => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
  const deploy = () => run('deploy', 'mistral-7b', '--yes', '--progress', 'plain', '--patch', patch)
  const spec = () => ({
    accessModes: ['ReadWriteOnce'],
    storageClassName: name,
    resources: { requests: { storage: '1Gi' } },
  })

  beforeAll(async () => {
    namespace = await createNamespace()
    name = `slow-${namespace}`
    const volumes = [{ name: 'weights', persistentVolumeClaim: { claimName: 'weights' } }]
    const containers = [{ name: 'engine', volumeMounts: [{ name: 'weights', mountPath: '/weights' }] }]
    writeFileSync(patch, JSON.stringify({ kind: 'Deployment', spec: { template: { spec: { volumes, containers } } } }))
    await api('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'nobody.example.com/slow',
      volumeBindingMode: 'Immediate',
    })
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'weights' }, spec: spec() }
    await api('POST', claims(), claim)
  })
  afterAll(async () => {
    await run('delete', 'mistral-7b', '--yes')
    await api('DELETE', `/apis/storage.k8s.io/v1/storageclasses/${name}`)
    await api('DELETE', `/api/v1/persistentvolumes/${name}`)
    await deleteNamespace(namespace)
  })

  it('is hopeless when the provisioner refuses it, in its words', async () => {
    const { body } = await api<{ metadata: { uid: string } }>('GET', `${claims()}/weights`)
    const event = `${claims().replace(/[^/]+$/, 'events')}`
    await api('POST', event, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'weights.refused' },
      involvedObject: { kind: 'PersistentVolumeClaim', name: 'weights', namespace, uid: body.metadata.uid },
      reason: 'ProvisioningFailed',
      message: 'rpc error: code = PermissionDenied desc = AuthorizationFailed',
      type: 'Warning',
      source: { component: 'nobody.example.com/slow' },
    })
    const ended = await deploy()
    expect(ended.code, ended.stderr).toBe(6)
    expect(ended.stderr).toContain('VOLUME_UNBOUND')
    expect(ended.stderr).toContain('AuthorizationFailed')
    expect((await api('DELETE', `${event}/weights.refused`)).status).toBe(200)
  })

  it('is waited for while it may be made', async () => {
    const provide = async (): Promise<void> => {
      await eventually(async () => (await waitingPods()) > 0, 'the pod waits for its volume', 120_000)
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
      const made = await api('POST', '/api/v1/persistentvolumes', {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: name,
          hostPath: { path: '/weights' },
          claimRef: { namespace, name: 'weights' },
        },
      })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
    }
    const [ended] = await Promise.all([deploy(), provide()])
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('waits for its volume')
  })

  async function waitingPods(): Promise<number> {
    const { body } = await api<{ items: { status: { conditions?: { type: string; message?: string }[] } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/pods`,
    )
    return body.items.filter(({ status }) => status.conditions?.some((c) => c.message?.includes('unbound immediate')))
      .length
  }
})

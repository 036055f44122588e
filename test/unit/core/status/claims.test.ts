/** A pod whose volume claims are not bound → is anything going to make the volume? */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Claims } from '#core/status/claims.ts'
import { diagnosePod } from '#core/status/pods.ts'

const WORDS =
  '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available.'
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', uid: 'p' },
  spec: { volumes: [{ name: 'cache' }, { name: 'w', persistentVolumeClaim: { claimName: 'weights' } }] },
  status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: WORDS }] },
} as KubeObject

const claim = (spec: object, phase = 'Pending', name = 'weights'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec, status: { phase } }) as KubeObject
const storageClass = (name: string, provisioner: string, isDefault = false): KubeObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
  provisioner,
})
const event = (reason: string, message: string): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, reason, message }) as KubeObject

const FILES = storageClass('files', 'file.csi.azure.com')
const known = (spec: object, ...classes: KubeObject[]): Claims => ({ claims: [claim(spec)], classes })
const EXTERNAL = event('ExternalProvisioning', "Waiting for a volume to be created by 'file.csi.azure.com'")

describe('hopeless', () => {
  it.each([
    ['dynamic volumes are not wanted', known({ storageClassName: '' }, FILES), [], 'wants no StorageClass'],
    ['no class is named, and there is no default', known({}, FILES), [], 'the cluster has no default'],
    ['the class does not exist', known({ storageClassName: 'fast' }, FILES), [], 'StorageClass fast, which does not'],
    [
      'the class makes no volumes',
      known({ storageClassName: 'local' }, storageClass('local', 'kubernetes.io/no-provisioner')),
      [],
      'makes no volumes',
    ],
    ['the volume is lost', { claims: [claim({ volumeName: 'v' }, 'Lost')], classes: [] }, [], 'has lost its volume'],
    [
      'the provisioner refuses',
      known({ storageClassName: 'files' }, FILES),
      [EXTERNAL, event('ProvisioningFailed', 'rpc error: code = PermissionDenied desc = AuthorizationFailed')],
      'AuthorizationFailed',
    ],
    [
      'nothing may be read, and the controller says it',
      undefined,
      [event('FailedBinding', 'no persistent volumes available for this claim and no storage class is set')],
      'no storage class is set',
    ],
  ])('%s', (_what, claims, claimEvents, says) => {
    const evidence = { events: [], claimEvents, ...(claims === undefined ? {} : { claims }) }
    const found = diagnosePod(pod, evidence)
    expect(found).toMatchObject({ verdict: 'hopeless', code: 'VOLUME_UNBOUND' })
    expect(found.reason).toContain('unbound immediate')
    expect(found.reason).toContain(says)
  })

  it('when the time for it is over, whatever is known', () => {
    for (const claims of [undefined, known({ storageClassName: 'files' }, FILES)]) {
      const evidence = { events: [], claimsOverdue: true, ...(claims === undefined ? {} : { claims }) }
      expect(diagnosePod(pod, evidence)).toMatchObject({ verdict: 'hopeless', code: 'VOLUME_UNBOUND' })
    }
  })
})

describe('worth waiting for', () => {
  it.each([
    ['the class has a provisioner', known({ storageClassName: 'files' }, FILES), [EXTERNAL]],
    ['the default class has one', known({}, storageClass('default', 'disk.csi.azure.com', true)), []],
    ['it is being bound', { claims: [claim({ volumeName: 'v' })], classes: [] }, []],
    ['it was bound a moment ago', { claims: [claim({ storageClassName: '' }, 'Bound')], classes: [] }, []],
    [
      'the storage system is still at work',
      known({ storageClassName: 'files' }, FILES),
      [event('ProvisioningFailed', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded')],
    ],
    ['classes may not be read', { claims: [claim({ storageClassName: 'x' })], classes: undefined }, []],
    ['nothing may be read', undefined, []],
    ['the lost one is another pod’s', { claims: [claim({}, 'Lost', 'other')], classes: [] }, []],
  ])('%s', (_what, claims, claimEvents) => {
    const evidence = { events: [], claimEvents, ...(claims === undefined ? {} : { claims }) }
    expect(diagnosePod(pod, evidence)).toMatchObject({ verdict: 'moving', message: 'Pod/p waits for its volume' })
  })
})

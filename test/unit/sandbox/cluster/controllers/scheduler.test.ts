/** The simulated scheduler's own judgement of taints, by the rule of the real one. */
import { expect, it } from 'vitest'
import type { Taint } from '#core/cloud/node-pool.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { schedule } from '#sandbox/cluster/controllers/scheduler.ts'
import { ObjectStore } from '#sandbox/cluster/store/objects.ts'
import type { Pod, Toleration } from '#sandbox/pod.ts'

const GPU: Taint = { key: 'sku', value: 'gpu', effect: 'NoSchedule' }

function placed(taint: Taint, tolerations: Toleration[]): boolean {
  const store = new ObjectStore()
  store.put({ ...typeOf(KINDS.node), metadata: { name: 'node' }, spec: { taints: [taint] } })
  store.put({
    ...typeOf(KINDS.pod),
    metadata: { name: 'pod', namespace: 'default' },
    spec: { containers: [{ name: 'engine', image: 'x' }], tolerations },
  } as KubeObject)
  schedule({ store, now: Date.now, scaled: (seconds) => seconds })
  const [pod] = store.list(KINDS.pod) as Pod[]
  return pod?.spec.nodeName === 'node'
}

it.each<[string, Taint, Toleration[], boolean]>([
  ['nothing is tolerated', GPU, [], false],
  ['the same value', GPU, [{ key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }], true],
  ['Equal is what is meant without an operator', GPU, [{ key: 'sku', value: 'gpu' }], true],
  ['another value', GPU, [{ key: 'sku', operator: 'Equal', value: 'cpu' }], false],
  ['any value', GPU, [{ key: 'sku', operator: 'Exists' }], true],
  ['another effect', GPU, [{ key: 'sku', operator: 'Exists', effect: 'NoExecute' }], false],
  ['any key', GPU, [{ operator: 'Exists' }], true],
  ['a value without a key', GPU, [{ operator: 'Equal', value: 'gpu' }], false],
  ['a taint without a value', { key: 'sku', effect: 'NoExecute' }, [{ key: 'sku', operator: 'Equal' }], true],
  ['a preference keeps nobody away', { ...GPU, effect: 'PreferNoSchedule' }, [], true],
])('%s', (_what, taint, tolerations, expected) => {
  expect(placed(taint, tolerations)).toBe(expected)
})

/** The bed's device plugin: a DaemonSet that no node takes, since whatever plays the nodes announces their GPUs. */
import { devicePlugin } from '#sandbox/process/seed.ts'
import { api } from '../suite/api.ts'

const SETS = '/apis/apps/v1/namespaces/kube-system/daemonsets'

const PLUGIN = devicePlugin([], {
  tolerations: [{ operator: 'Exists' }],
  nodeSelector: { 'kubernetes.io/hostname': 'no-node-of-the-bed' },
})

/** True once it is there. */
export async function installPlugin(): Promise<boolean> {
  const { status } = await api('GET', `${SETS}/${PLUGIN.metadata.name}`)
  if (status === 404) await api('POST', SETS, PLUGIN)
  return status === 200
}

export async function removePlugin(): Promise<void> {
  await api('DELETE', `${SETS}/${PLUGIN.metadata.name}`)
}

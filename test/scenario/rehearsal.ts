/** How a drill comes about: the sandbox is told its name; on the bed, the cloud, kwok or the line to the API server fail. */
import type { ChildProcess } from 'node:child_process'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import { leaseName } from '#core/objects/labels.ts'
import { microTime } from '#core/objects/lease-time.ts'
import type { Drill } from '#sandbox/drills.ts'
import { HOLDER, TERM_SECONDS } from '#sandbox/process/hold-lock.ts'
import { drillNamespace } from '../cluster/starter/drills.ts'
import { installPlugin, removePlugin } from '../cluster/starter/plugin.ts'
import { api, createNamespace, direct, eventually, intercepted, isSandbox, scriptCloud } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

export interface Rehearsal {
  namespace: string
  /** Of deploy. */
  args: string[]
  env: Record<string, string>
  onStart?(child: ChildProcess): void
  /** What the drill took away is there again. */
  end(): Promise<void>
}

/** So many times shorter are the waits for what never comes. */
const PACE = '60'

export async function rehearse(drill: Drill): Promise<Rehearsal> {
  if (isSandbox) return inSandbox(drill)
  const namespace = await createNamespace({}, drillNamespace(drill.name))
  const cloud = drill.noGpus === true ? 'no-gpus' : drill.cloud
  if (cloud !== undefined) await scriptCloud({ next: cloud })
  const env = { ...direct, KAITO_TEST_PACE: PACE }
  if (drill.noPlugin === true) {
    await removePlugin()
    const isBack = () => eventually(installPlugin, 'the device plugin is back')
    return { namespace, args: [], env, end: isBack }
  }
  if (drill.lock === 'held') return { namespace, args: [], env, end: await holdLock(namespace) }
  if (drill.apiServer === undefined) return { namespace, args: [], env, end: async () => undefined }
  const { interceptor, env: passing } = await intercepted()
  return {
    namespace,
    args: [],
    env: { ...passing, KAITO_TEST_PACE: PACE },
    onStart(child) {
      child.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('› wait for the engine')) void interceptor.close()
      })
    },
    end: async () => undefined,
  }
}

/** A run on another machine, which renews the lock of the workspace until it is told to be done. */
async function holdLock(namespace: string): Promise<() => Promise<void>> {
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
  const metadata = { name: leaseName('mistral-7b'), namespace }
  const spec = { holderIdentity: HOLDER, leaseDurationSeconds: TERM_SECONDS }
  const renewed = () => ({ ...spec, renewTime: microTime(new Date()) })
  await api('POST', leases, {
    ...typeOf(KINDS.lease),
    metadata,
    spec: { ...renewed(), acquireTime: renewed().renewTime },
  })
  const renew = () => api('PATCH', `${leases}/${metadata.name}`, { spec: renewed() }, 'application/merge-patch+json')
  const timer = setInterval(() => void renew(), 1_000)
  return async () => {
    clearInterval(timer)
    await api('DELETE', `${leases}/${metadata.name}`)
  }
}

async function inSandbox({ name, apiServer, lock, atDelete }: Drill): Promise<Rehearsal> {
  const namespace = await createNamespace()
  return {
    namespace,
    args: ['--drill', name],
    env: direct,
    async end() {
      const again = (...args: string[]) =>
        kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace, '--drill', ...args], { env: direct })
      if (lock !== undefined && (await again(name, '--wait-lock')).code !== 0) throw new Error('the lock stays held')
      // A deploy without it ends it.
      if (atDelete !== undefined && (await again('none')).code !== 0) throw new Error('the drill does not end')
      if (apiServer === undefined) return
      const answers = () => api('GET', '/api/v1/namespaces').then(({ status }) => status === 200)
      await eventually(() => answers().catch(() => false), 'the API server is back')
      // As the failure says: the same command goes on.
      const done = await again(name)
      if (done.code !== 0) throw new Error(`the deploy did not go on: ${done.stderr}`)
    },
  }
}

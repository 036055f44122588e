/** How a drill comes about: the sandbox is told its name; on the bed, the cloud, kwok or the line to the API server fail. */
import type { ChildProcess } from 'node:child_process'
import type { Drill } from '#sandbox/drills.ts'
import { drillNamespace } from '../cluster/starter/drills.ts'
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

async function inSandbox({ name, apiServer }: Drill): Promise<Rehearsal> {
  const namespace = await createNamespace()
  return {
    namespace,
    args: ['--drill', name],
    env: direct,
    async end() {
      if (apiServer === undefined) return
      const answers = () => api('GET', '/api/v1/namespaces').then(({ status }) => status === 200)
      await eventually(() => answers().catch(() => false), 'the API server is back')
      // As the failure says: the same command goes on.
      const done = await kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace, '--drill', name], { env: direct })
      if (done.code !== 0) throw new Error(`the deploy did not go on: ${done.stderr}`)
    },
  }
}

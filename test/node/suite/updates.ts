/** Changes to a workspace that serves: what fails leaves the old pods in place, what works cuts nobody off. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PRIVATE_REGISTRY, PULLER } from '../places.ts'
import type { Journeys } from './journey.ts'
import { startLoad, stream } from './load.ts'
import { api, createNamespace, DEPLOY_TINY, isReady, podsOf, removeNamespace, run } from './node.ts'

let namespace = ''
const deploy = (...args: string[]) => run([...DEPLOY_TINY, '-n', namespace, '-o', 'json', ...args])
const secret = (name: string) => api('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`)

function serveFirst(): void {
  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    const first = await deploy()
    expect(first.code, first.stderr).toBe(0)
  })
  afterAll(async () => {
    await removeNamespace(namespace)
  })
}

/** Each has a workspace that serves, and its tests go on with what the one before has left. */
export const UPDATES: Journeys = {
  'a change that fails, and one that works'() {
    serveFirst()

    it('a change that fails is named, and the old pod goes on answering', async () => {
      const [before] = await podsOf(namespace)
      const failed = await deploy('--engine-arg', 'no-such-flag=1')
      expect(failed.code, failed.stderr).toBe(6)
      expect(failed.stderr).toContain('ENGINE_FLAG_INVALID')
      expect(failed.stderr).toContain(`Pod/${before?.metadata.name} of the version before still answers.`)
      const answer = await run(['chat', 'tiny', '-n', namespace, '-p', 'Hello', '--max-tokens', '8'])
      expect(answer.code, answer.stderr).toBe(0)
      const kept = (await podsOf(namespace)).filter(isReady)
      expect(kept.map(({ metadata }) => metadata.name)).toEqual([before?.metadata.name])
    })

    it('a change that works starts new pods first: nobody is cut off, and logs -f goes on with the new pod', async () => {
      let logs: ChildProcess | undefined
      const lines: string[] = []
      const ended = run(['logs', 'tiny', '-n', namespace, '-f', '--tail', '1'], {
        onStart(child) {
          logs = child
          child.stdout?.on('data', (text: Buffer | string) => lines.push(String(text)))
        },
      })
      // A new engine compiles meanwhile, on the same two cores.
      const load = startLoad(namespace, 'tiny', 1, 2_000)
      await load.answered(3)
      const done = await deploy('--max-model-len', '1024')
      await load.stop()
      expect(done.code, done.stderr).toBe(0)
      expect(load.answers.filter(({ isWhole }) => !isWhole)).toEqual([])
      const [pod] = (await podsOf(namespace)).filter(isReady)
      expect(lines.join('')).toMatch(new RegExp(`^\\[${pod?.metadata.name}\\] .*Application startup complete`, 'm'))
      logs?.kill('SIGINT')
      expect((await ended).code).toBe(130)
    })
  },

  'an API key and a pull secret'() {
    serveFirst()

    it('an API key guards it, and every way of kaito brings the key', async () => {
      const done = await deploy('--max-model-len', '1024', '--api-key')
      expect(done.code, done.stderr).toBe(0)
      const key = (await secret('tiny-api-key')).body as { data: { API_KEY: string } }
      const value = Buffer.from(key.data.API_KEY, 'base64').toString()
      expect(value).toMatch(/^sk-[\w-]{43}$/)
      expect(done.stdout + done.stderr).not.toContain(value)
      const [pod] = (await podsOf(namespace)).filter(isReady)
      const bare = await stream(`pods/${pod?.metadata.name}:8000`, namespace, 'tiny', 4)
      expect(bare.why).toContain('401')
      expect((await run(['chat', 'tiny', '-n', namespace, '-p', 'Hello', '--max-tokens', '4'])).code).toBe(0)
      expect((await run(['status', 'tiny', '-n', namespace, '--deep'])).code).toBe(0)
      // With a file, what is not said again is no more.
      const again = await deploy('--max-model-len', '1024', '--api-key')
      expect(again.code, again.stderr).toBe(0)
      const { changes } = JSON.parse(again.stdout) as { changes: { change: string }[] }
      expect(
        changes.every(({ change }) => change === 'unchanged'),
        again.stdout,
      ).toBe(true)
    })

    it('from a registry with a password, once a pull secret is named; without a key again', async () => {
      const auth = Buffer.from(`${PULLER.username}:${PULLER.password}`).toString('base64')
      await api('POST', `/api/v1/namespaces/${namespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'registry-login' },
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [PRIVATE_REGISTRY]: { auth } } }) },
      })
      const image = ['--image', `${PRIVATE_REGISTRY}/vllm-cpu:0.32.0`, '--image-pull-secret', 'registry-login']
      const done = await deploy(...image, '--no-api-key')
      expect(done.code, done.stderr).toBe(0)
      expect((await secret('tiny-api-key')).status, 'the key that nobody needs is gone').toBe(404)
      expect((await secret('registry-login')).status, "the user's own Secret stays").toBe(200)
    })
  },
}

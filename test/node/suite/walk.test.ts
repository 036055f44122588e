/** The walk on a real kubelet: a real vLLM in a real pod, asked, scaled, killed and drained. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NODE_NAME } from '../places.ts'
import { type Answer, startLoad, stream } from './load.ts'
import { api, createNamespace, DEPLOY_TINY, eventually, isReady, podsOf, removeNamespace, run } from './node.ts'

/** Of the rendered pod: SIGTERM follows it. */
const PRE_STOP_SECONDS = 10

describe('the tiny model on a real node', () => {
  let namespace = ''
  const kaito = (...args: string[]) => run([...args, '-n', namespace])

  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
  })
  afterAll(async () => {
    await removeNamespace(namespace)
  })

  it('ends with 0 after the real engine answered over port-forward and through the Service', async () => {
    const done = await run([...DEPLOY_TINY, '-n', namespace, '-o', 'json'])
    expect(done.code, done.stderr).toBe(0)
    const result = JSON.parse(done.stdout) as { verifications: { check: string; outcome: string }[] }
    expect(result.verifications.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'replicas ok',
      'endpoints ok',
      'health ok',
      'models ok',
      'completion ok',
      'service ok',
    ])
    const [pod] = await podsOf(namespace)
    expect(pod?.spec.nodeName).toBe(NODE_NAME)
  })

  it('says what the engine said', async () => {
    const logs = await kaito('logs', 'tiny')
    expect(logs.stdout).toContain('Application startup complete')
  })

  it('chat streams', async () => {
    const pieces: number[] = []
    const answer = await run(
      ['chat', 'tiny', '-n', namespace, '-p', 'Hello', '--max-tokens', '64', '--temperature', '0'],
      {
        onStart: (child) => child.stdout?.on('data', () => pieces.push(performance.now())),
      },
    )
    expect(answer.code, answer.stderr).toBe(0)
    expect(answer.stdout.length).toBeGreaterThan(1)
    expect(pieces.length, 'it comes in pieces').toBeGreaterThan(3)
  })

  it('two replicas are both asked', async () => {
    const done = await run([...DEPLOY_TINY, '-n', namespace, '--replicas', '2', '-o', 'json'])
    expect(done.code, done.stderr).toBe(0)
    const { verifications } = JSON.parse(done.stdout) as { verifications: { check: string }[] }
    expect(verifications.filter(({ check }) => check === 'completion')).toHaveLength(2)
  })

  it('a pod that is killed under streaming load: the Service keeps answering', async () => {
    const load = startLoad(namespace, 'tiny', 2)
    await load.answered(8)
    const [victim] = await podsOf(namespace)
    const before = load.answers.length
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${victim?.metadata.name}?gracePeriodSeconds=0`)
    const killedAt = performance.now()
    await load.answered(before + 24)
    await load.stop()
    // What ran in the killed pod is cut, and what was sent before its endpoint was gone; nothing later.
    const late = load.answers.filter(({ startedAt, isWhole }) => !isWhole && startedAt > killedAt + 3_000)
    expect(late).toEqual([])
    expect(load.answers.filter(({ isWhole, startedAt }) => isWhole && startedAt > killedAt).length).toBeGreaterThan(8)
    expect((await kaito('wait', 'tiny')).code).toBe(0)
  })

  it('SIGTERM drains: no request in flight is cut, and none is sent to a pod that goes', async () => {
    const load = startLoad(namespace, 'tiny', 2)
    await load.answered(8)
    const [leaving] = (await podsOf(namespace)).filter(isReady)
    const name = leaving?.metadata.name ?? ''
    // Long answers of the very pod that is told to go: asked before, and just before SIGTERM comes.
    const ask = () => [1, 2].map(() => stream(`pods/${name}:8000`, namespace, 'tiny', 2_000))
    const inFlight = ask()
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`)
    const sigtermAt = performance.now() + PRE_STOP_SECONDS * 1_000
    await new Promise((resolve) => setTimeout(resolve, PRE_STOP_SECONDS * 1_000 - 3_000))
    inFlight.push(...ask())
    const answers: Answer[] = await Promise.all(inFlight)
    expect(answers.map(({ isWhole, why }) => why ?? isWhole)).toEqual([true, true, true, true])
    expect(Math.max(...answers.map(({ endedAt }) => endedAt)), 'some were in flight at SIGTERM').toBeGreaterThan(
      sigtermAt,
    )
    // And a while after: nothing new may be sent to it.
    await load.answered(load.answers.length + 16)
    await load.stop()
    expect(load.answers.filter(({ isWhole }) => !isWhole)).toEqual([])
    await eventually(
      async () => (await podsOf(namespace)).every(({ metadata }) => metadata.name !== name),
      'the pod has gone by itself, within its grace period',
      85_000,
    )
  })

  it('delete leaves nothing, and the node its GPUs', async () => {
    const done = await kaito('delete', 'tiny', '--byo', '--yes')
    expect(done.code, done.stderr).toBe(0)
    expect(await podsOf(namespace)).toEqual([])
  })
})

/** A deploy that is at work, or was killed, at each of its moments. */
import { AT_ONCE, onScene } from '../scene.ts'
import type { Body } from '../state.ts'

const DEPLOY = ['deploy', 'mistral-7b', '--yes']

/** By the change that did not come any more. */
const KILLED: Readonly<Record<string, { before: number; about: string }>> = {
  'killed-with-the-lock': { before: 1, about: 'there is a lock, and nothing else' },
  'killed-with-the-root': { before: 2, about: 'the root says what is wanted; the cloud was not asked' },
  'killed-with-nodes': { before: 4, about: 'the nodes are there; no object was applied' },
  'killed-before-the-service': { before: 6, about: 'of the objects there is the ServiceAccount' },
  'killed-before-the-deployment': { before: 7, about: 'of the objects only the Deployment is missing' },
  'killed-before-the-set-hash': { before: 8, about: 'all objects are there; the root does not say so' },
  'killed-before-the-revision': { before: 9, about: 'everything answers; no revision was recorded' },
  'killed-before-the-release': { before: 10, about: 'everything is done; the lock was not given back' },
}

export async function deploying(): Promise<void> {
  for (const [name, { before, about }] of Object.entries(KILLED))
    await onScene(AT_ONCE, async ({ killBefore, until, keep }) => {
      await killBefore(before, ...DEPLOY)
      if (before > 7) await until('/api/v1/pods', (pods) => pods.some(isReady))
      await keep(`deploy-${name}`, about, { holder: 'dead' })
      if (name === 'killed-with-the-root')
        await keep('deploy-at-work-with-the-root', 'a deploy is at work, and about to ask the cloud', {
          holder: 'at work',
        })
    })
  await onScene(1, async ({ killBefore, keep }) => {
    await killBefore(3, ...DEPLOY)
    await keep('deploy-killed-without-the-token', 'the pool is being made; its operation was not written down', {
      holder: 'dead',
    })
  })
  await throughPhases()
}

/** One deploy, at a speed that gives each phase seconds. */
async function throughPhases(): Promise<void> {
  await onScene(30, async ({ begin, until, keep, setSpeed }) => {
    const done = begin(...DEPLOY)
    await until('/api/v1/configmaps', (maps) => maps.some((map) => (map['data'] as { operation?: string })?.operation))
    await keep('pool-creating', 'the pool is being made; the deploy was interrupted')
    await keep('pool-creating-killed', 'the pool is being made; the deploy was killed', { holder: 'dead' })
    await keep('pool-creating-at-work', 'the pool is being made by a deploy at work', { holder: 'at work' })
    await keep('pool-creating-cloud-silent', 'the pool is being made; this identity may not ask the cloud', {
      edit(state) {
        const refusal = { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization.' } }
        for (const path of Object.keys(state.cloud)) state.cloud[path] = { status: 403, body: refusal }
      },
    })
    await until('/api/v1/nodes', (nodes) => nodes.length === 2)
    await setSpeed(20)
    await keep('node-not-ready', 'the machine has joined, and is not Ready yet')
    await until('/api/v1/nodes', (nodes) => nodes.every(isReady))
    await keep('node-without-gpus', 'the node is Ready; its GPUs were not announced yet', { holder: 'at work' })
    await until('/api/v1/pods', (pods) => pods.some(isScheduled))
    await keep('image-pulling', 'the pod pulls its image', { holder: 'at work' })
    await keep('image-pulling-interrupted', 'the pod pulls its image; the deploy was interrupted')
    await until('/api/v1/pods', (pods) => pods.some(isRunning))
    await keep('engine-loading', 'the engine loads the weights')
    await keep('engine-loading-killed', 'the engine loads the weights; the deploy was killed', { holder: 'dead' })
    await setSpeed(AT_ONCE)
    await done
  })
}

interface Conditions {
  conditions?: { type: string; status: string }[]
  containerStatuses?: { state?: { running?: object } }[]
}

const statusOf = (body: Body): Conditions => (body['status'] ?? {}) as Conditions
const has = (body: Body, type: string): boolean =>
  statusOf(body).conditions?.some((each) => each.type === type && each.status === 'True') ?? false
const isReady = (body: Body): boolean => has(body, 'Ready')
const isScheduled = (body: Body): boolean => has(body, 'PodScheduled')
const isRunning = (pod: Body): boolean => statusOf(pod).containerStatuses?.some(({ state }) => state?.running) ?? false

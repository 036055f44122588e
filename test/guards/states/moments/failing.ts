/** Every drill once the deploy has told of it, and the first signs of some before that. */
import { AT_ONCE, onScene } from '../scene.ts'
import type { Body } from '../state.ts'

/** Those that leave something to look at: the API server that was lost has come back. */
const DRILLS = [
  'quota',
  'stock-out',
  'node-never-joins',
  'gpu-not-allocatable',
  'image-not-found',
  'gated-model',
  'gpu-out-of-memory',
  'oom-killed',
  'kv-cache-too-small',
  'crash-loop',
]

export async function failing(): Promise<void> {
  await Promise.all(DRILLS.slice(0, 5).map(rehearsed))
  await Promise.all(DRILLS.slice(5).map(rehearsed))
  await crashing()
}

async function crashing(): Promise<void> {
  await onScene(60, async ({ sandbox, until, keep }) => {
    const failed = sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', 'crash-loop'])
    await until('/api/v1/pods', (pods) => pods.some(hasEndedOnce))
    await keep('first-crash', 'the engine has ended once, in words that nobody knows, and runs again', {
      holder: 'at work',
    })
    await failed
  })
}

function rehearsed(drill: string): Promise<void> {
  return onScene(600, async ({ sandbox, keep, setSpeed }) => {
    const { code } = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', drill])
    if (code === 0) throw new Error(`the drill ${drill} ended with 0`)
    await keep(`drill-${drill}`, `the deploy has ended with the drill ${drill}`)
    await setSpeed(AT_ONCE)
  })
}

function hasEndedOnce(pod: Body): boolean {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as { containerStatuses?: { restartCount?: number }[] }
  return containerStatuses.some(({ restartCount }) => restartCount === 1)
}

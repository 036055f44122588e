/** A delete that is at work, or was killed, at each of its moments. */
import { AT_ONCE, onScene } from '../scene.ts'

const DELETE = ['delete', 'mistral-7b', '--yes']

const KILLED: Readonly<Record<string, { before: number; about: string }>> = {
  'killed-with-the-deployment': { before: 3, about: 'the Service is gone, and the Deployment still there' },
  'killed-with-the-pool': { before: 4, about: 'the objects are gone; the pool was not asked for' },
  'killed-with-the-root': { before: 6, about: 'everything is gone but the root' },
  'killed-with-the-lock': { before: 7, about: 'everything is gone but the lock' },
}

export async function deleting(): Promise<void> {
  for (const [name, { before, about }] of Object.entries(KILLED))
    await onScene(AT_ONCE, async ({ deploy, killBefore, keep }) => {
      await deploy()
      await killBefore(before, ...DELETE)
      await keep(`delete-${name}`, about, { holder: 'dead' })
      if (name === 'killed-with-the-deployment')
        await keep('delete-at-work-with-the-deployment', 'a delete is at work', { holder: 'at work' })
    })
  await onScene(AT_ONCE, async ({ deploy, begin, until, keep, setSpeed }) => {
    await deploy()
    await setSpeed(10)
    const done = begin(...DELETE)
    await until('/apis/apps/v1/deployments', (deployments) => deployments.length === 0)
    await until('/api/v1/pods', (pods) => pods.length === 0)
    await keep('pool-deleting', 'the pool is being deleted; the delete was interrupted')
    await keep('pool-deleting-at-work', 'the pool is being deleted by a delete at work', { holder: 'at work' })
    await setSpeed(AT_ONCE)
    await done
  })
}

/** A delete leaves nothing behind that bills, whatever was done to the workspace before and by whom. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  inventory,
  scriptCloud,
  seedPoolLike,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

describe('a delete', () => {
  let namespace = ''
  let before: { objects: string[]; pools: string[] }
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
    before = { objects: Object.keys(await inventory(namespace)), pools: await cloudPools() }
  })
  afterAll(() => deleteNamespace(namespace))

  async function expectNothingLeft(): Promise<void> {
    expect(await cloudPools()).toEqual(before.pools)
    await eventually(
      async () => Object.keys(await inventory(namespace)).join() === before.objects.join(),
      'the objects from before, and no others',
    )
  }

  it.each([{ flags: [] }, { flags: ['--byo'] }])(
    'takes the pool that --byo was used on since: $flags',
    async ({ flags }) => {
      expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
      const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
      const onto = await run('deploy', 'mistral-7b', '--yes', '--byo')
      expect(onto.code, onto.stderr).toBe(0)
      expect(onto.stderr).toContain(`Node pool ${pool} (1 ×`)
      const gone = await run('delete', 'mistral-7b', '--yes', ...flags)
      expect(gone.code, gone.stderr).toBe(0)
      expect(gone.stdout).toContain(pool)
      await expectNothingLeft()
    },
  )

  it('that cannot ask the cloud for the pool ends with 8, names it and deletes nothing', async () => {
    expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
    const objects = Object.keys(await inventory(namespace))
    const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
    const unasked = await run('delete', 'mistral-7b', '--yes', '--cluster-resource', ELSEWHERE)
    expect(unasked.code, unasked.stderr).toBe(8)
    expect(unasked.stderr).toContain(pool)
    expect(Object.keys(await inventory(namespace))).toEqual(objects)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
    await expectNothingLeft()
  })

  it('that is interrupted says what may remain, and how to go on', async () => {
    expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
    const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
    await scriptCloud({ next: 'slow' })
    const stopped = await kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], {
      env: direct,
      onStart: (child) =>
        child.stderr?.on('data', (text: Buffer | string) => {
          if (String(text).includes('InProgress')) child.kill('SIGINT')
        }),
    })
    expect(stopped.code, stopped.stderr).toBe(130)
    expect(stopped.stderr).toMatch(new RegExp(`Node pool ${pool} \\(1 × \\S+\\) may still be there and bill\\.`))
    expect(stopped.stderr).toMatch(new RegExp(`kaito delete mistral-7b -n ${namespace} --yes`))
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
    await expectNothingLeft()
  })

  it('takes away every pool that carries its tags', async () => {
    expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
    const [pool = ''] = (await cloudPools()).filter((name) => !before.pools.includes(name))
    await seedPoolLike(pool, 'second')
    const gone = await run('delete', 'mistral-7b', '--yes')
    expect(gone.code, gone.stderr).toBe(0)
    expect(gone.stdout).toContain('second')
    await expectNothingLeft()
  })

  it('where kaito makes no pools has nothing to take away, and says so', async () => {
    const args = ['delete', 'mistral-7b', '--cloud', 'aws', '--yes']
    const nothing = await run(...args)
    expect(nothing.code, nothing.stderr).toBe(5)
    expect(nothing.stderr).toContain('pools-not-looked-for')
    expect((await run(...args, '--ignore-not-found')).code).toBe(0)
    await expectNothingLeft()
  })

  it('that waits for a deploy takes away what that has made', async () => {
    await scriptCloud({ next: 'slow' })
    const deploying = run('deploy', 'mistral-7b', '--yes')
    await eventually(async () => (await cloudPools()).length > before.pools.length, 'the pool is being made')
    const deleting = run('delete', 'mistral-7b', '--yes', '--wait-lock')
    expect(await deploying).toMatchObject({ code: 0 })
    const gone = await deleting
    expect(gone.code, gone.stderr).toBe(0)
    await expectNothingLeft()
  })

  it('is not undone without a question by a deploy that waited for it', async () => {
    expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/mistral-7b-kaito`
    const { body: lease } = await api<{ spec: object }>('GET', path)
    await api('PUT', path, { ...lease, spec: { ...lease.spec, holderIdentity: 'elsewhere/boot/1/test' } })
    const [deploy, remove] = [waiting('deploy', 'mistral-7b'), waiting('delete', 'mistral-7b', '--yes')]
    await Promise.all([deploy.looked('✓ plan'), remove.looked('✓ look up the workspace')])
    deploy.child().kill('SIGSTOP')
    const { body: held } = await api<{ spec: object }>('GET', path)
    await api('PUT', path, { ...held, spec: { ...held.spec, holderIdentity: '' } })
    const gone = await remove.ended
    expect(gone.code, gone.stderr).toBe(0)
    deploy.child().kill('SIGCONT')
    const asked = await deploy.ended
    expect(asked.code, asked.stderr).toBe(2)
    expect(asked.stderr).toContain('CONFIRMATION_REQUIRED')
    await run('delete', 'mistral-7b', '--yes')
    await expectNothingLeft()
  })

  /** A run that waits for the lock, which somebody else holds. */
  function waiting(...args: string[]) {
    let child: ChildProcess | undefined
    let said = ''
    const ended = kaito([...args, '--wait-lock', '-n', namespace], {
      env: direct,
      onStart(started) {
        child = started
        started.stderr?.on('data', (text: Buffer | string) => {
          said += String(text)
        })
      },
    })
    return {
      ended,
      looked: (line: string) => eventually(async () => said.includes(line), line),
      child: () => child as ChildProcess,
    }
  }
})

const ELSEWHERE =
  '/subscriptions/b0000000-0000-4000-8000-000000000002/resourceGroups/x/providers/Microsoft.ContainerService/managedClusters/y'

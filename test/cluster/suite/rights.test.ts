/** With exactly the rights of docs/rbac everything works; with one less, the message names the one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORWARD_NEEDS_CREATE_SINCE } from '#core/objects/rights.ts'
import type { Run } from '../../support/run-kaito.ts'
import { api, cloudPools, createNamespace, deleteNamespace, direct, inventory } from './bed.ts'
import { kaito } from './kaito.ts'
import { createUser, type DocumentedRight, documentedRights, type User } from './user.ts'

/** What a deploy must be told to do before it needs the right. */
function flagsFor({ resource }: DocumentedRight): string[] {
  if (resource === 'secrets') return ['--api-key']
  if (resource === 'networkpolicies') return ['--network-policy']
  return resource === 'poddisruptionbudgets' ? ['--replicas', '2'] : []
}

const PRUNED = ['services', 'serviceaccounts', 'poddisruptionbudgets', 'networkpolicies']

/** Only to look whether the cluster would take the pods: without it that is said, and the deploy goes on. */
function isForCheck({ resource, verb }: DocumentedRight): boolean {
  return ['daemonsets', 'resourcequotas'].includes(resource) || (resource === 'pods' && verb === 'create')
}

/** Needed by a first deploy; the others by what is done later. */
function isForDeploy(right: DocumentedRight): boolean {
  const { resource, verb } = right
  const isPruning = PRUNED.includes(resource) && verb === 'list'
  return verb !== 'delete' && !resource.includes('/') && !isPruning && !isForCheck(right)
}

describe('the documented rights', () => {
  let namespace = ''
  let user: User
  let minor = 0

  const run = (...args: string[]) =>
    kaito([...args, '-n', namespace], { env: { ...direct, KUBECONFIG: user.kubeconfig } })
  const clean = () => kaito(['delete', 'mistral-7b', '--yes', '--ignore-not-found', '-n', namespace], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
    user = await createUser(namespace)
    minor = Number.parseInt((await api<{ minor: string }>('GET', '/version')).body.minor, 10)
  })
  afterAll(async () => {
    await clean()
    await user.remove()
    await deleteNamespace(namespace)
  })

  it('are enough to deploy, change, look, talk and delete', async () => {
    for (const args of [
      ['deploy', 'mistral-7b', '--yes', '--replicas', '2', '--api-key', '--network-policy'],
      // One replica again: the disruption budget and the policy are pruned. No key any more: so is its Secret.
      ['deploy', 'mistral-7b', '--yes', '--max-model-len', '8192', '--no-api-key'],
      ['status', 'mistral-7b', '--deep'],
      ['wait', 'mistral-7b'],
      ['endpoint', 'mistral-7b'],
      ['logs', 'mistral-7b', '--tail', '5'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
      ['delete', 'mistral-7b', '--yes'],
    ]) {
      const done = await run(...args)
      expect(done.code, `${args.join(' ')}: ${done.stderr}`).toBe(0)
      expect(done.stdout).not.toContain('not verified')
    }
  })

  it.each(documentedRights())(
    'without $verb on $resource ($kind) it is said that this one is missing',
    async (right) => {
      await user.grant(right)
      const before = { objects: await inventory(namespace), pools: await cloudPools() }
      const deployed = await run('deploy', 'mistral-7b', '--yes', ...flagsFor(right))
      if (isForDeploy(right)) {
        expect(deployed.code, deployed.stderr).toBe(5)
        // What an earlier workspace left may still go.
        const made = Object.entries(await inventory(namespace)).filter(([name, at]) => before.objects[name] !== at)
        expect(made).toEqual([])
        expect(await cloudPools()).toEqual(before.pools)
      } else expect(deployed.code, deployed.stderr).toBe(0)
      const runs: Run[] = [deployed, await run('logs', 'mistral-7b'), await run('delete', 'mistral-7b', '--yes')]
      const said = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n')
      const isOptional = ['pods/portforward', 'services/proxy'].includes(right.resource)
      // The API server's own words: cannot VERB resource "pods/log" …
      const words = `cannot ${right.verb} resource "${right.resource}"`
      if (isForCheck(right)) {
        expect(deployed.stderr, said).toContain(words)
        expect(deployed.stderr, said).toContain('could not be checked in full')
      } else if (isOptional) {
        const isAsked = right.verb === 'get' || minor >= FORWARD_NEEDS_CREATE_SINCE
        expect(deployed.stderr.includes(words), said).toBe(isAsked)
        expect(deployed.stdout.includes('not verified: '), said).toBe(isAsked)
      } else {
        expect(said).toContain(words)
        expect(
          runs.some(({ code }) => code === 5),
          said,
        ).toBe(true)
        expect(said).toContain('PERMISSION_DENIED')
      }
      expect(said).not.toMatch(/^\s+at .*\(/m)
      expect(said).not.toContain('INTERNAL')
      await user.grant()
      expect((await clean()).code).toBe(0)
    },
  )
})

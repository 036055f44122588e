/** What people do with an endpoint that is there: wait for it, talk to it, read its log. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunOptions } from '../../support/run-kaito.ts'
import { api, createNamespace, deleteNamespace, direct } from './bed.ts'
import { kaito } from './kaito.ts'

describe('a workspace that answers', () => {
  let namespace = ''
  const run = (args: string[], options: RunOptions = {}) =>
    kaito([...args, '-n', namespace], { env: direct, ...options })

  beforeAll(async () => {
    namespace = await createNamespace()
    const done = await run(['deploy', 'mistral-7b', '--yes', '-q'])
    expect(done.code, done.stderr).toBe(0)
  })
  afterAll(async () => {
    await run(['delete', 'mistral-7b', '--yes'])
    await deleteNamespace(namespace)
  })

  it('wait ends with 0 and says that it was asked', async () => {
    const waited = await run(['wait', 'mistral-7b', '-o', 'json'])
    expect(waited.code, waited.stderr).toBe(0)
    const [workspace] = (JSON.parse(waited.stdout) as { workspaces: { phase: string; verifications: object[] }[] })
      .workspaces
    expect(workspace).toMatchObject({ phase: 'Ready' })
    expect(workspace?.verifications).toHaveLength(6)
  })

  it('wait for what is not there ends with 5, and never started to wait', async () => {
    const lost = await run(['wait', 'nobody'])
    expect(lost.code).toBe(5)
    expect(lost.stderr).toContain('NOT_FOUND')
  })

  it('wait with --timeout ends with 7 while it is still coming', async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/mistral-7b`
    const { body } = await api<{ spec: { template: { spec: { nodeSelector: Record<string, string> } } } }>('GET', path)
    body.spec.template.spec.nodeSelector['no-such-node'] = 'true'
    await api('PUT', path, body)
    const waited = await run(['wait', 'mistral-7b', '--timeout', '2s'])
    expect(waited.code, waited.stderr).toBe(7)
    // Longer, it is seen that no node can take the pod.
    const hopeless = await run(['wait', 'mistral-7b'])
    expect(hopeless.code, hopeless.stderr).toBe(6)
    expect(hopeless.stderr).toContain('UNSCHEDULABLE')
    expect((await run(['deploy', 'mistral-7b', '--yes', '--force-conflicts'])).code).toBe(0)
  })

  it('chat streams an answer of the model to stdout, for a question in a flag or from a pipe', async () => {
    const ask = ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '16', '--temperature', '0']
    const first = await run(ask)
    expect(first.code, first.stderr).toBe(0)
    expect(first.stderr).toBe('')
    expect(first.stdout.length).toBeGreaterThan(1)
    const piped = await run(['chat', 'mistral-7b', '--max-tokens', '16', '--temperature', '0'], { stdin: 'Hello' })
    expect(piped.code, piped.stderr).toBe(0)
    expect(piped.stdout.length).toBeGreaterThan(1)
  })

  it('chat without a question is 2; a refusal of the engine is told in its own words', async () => {
    expect((await run(['chat', 'mistral-7b'])).code).toBe(2)
    const long = await run(['chat', 'mistral-7b', '-p', 'word '.repeat(2000)])
    expect(long.code).toBe(5)
    expect(long.stderr).toMatch(/answered 400[\s\S]*512 tokens|context length/)
  })

  it('logs --tail prints so many lines, and refuses what is no number', async () => {
    const { stdout } = await run(['logs', 'mistral-7b', '--tail', '3'])
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(3)
    expect((await run(['logs', 'mistral-7b', '--tail', 'few'])).code).toBe(2)
  })
})

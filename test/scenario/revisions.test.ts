/** What each deploy leaves behind: a revision that nobody can change, and only the last ten of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

interface ConfigMaps {
  items: { metadata: { name: string; labels?: Record<string, string> }; immutable?: boolean }[]
}

describe('the history of twelve deploys', () => {
  let namespace = ''
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
  const deploy = async (maxModelLen: number): Promise<number> => {
    const done = await run('deploy', 'mistral-7b', '--yes', '--max-model-len', String(maxModelLen))
    expect(done.code, done.stderr).toBe(0)
    return (JSON.parse(done.stdout) as { revision: number }).revision
  }

  beforeAll(async () => {
    namespace = await createNamespace()
  })
  afterAll(() => deleteNamespace(namespace))

  it('has the last ten, immutable; a deploy that changes nothing adds none', async () => {
    const numbers: number[] = []
    for (let n = 1; n <= 12; n += 1) numbers.push(await deploy(1024 * n))
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(await deploy(1024 * 12)).toBe(12)
    const { body } = await api<ConfigMaps>('GET', `/api/v1/namespaces/${namespace}/configmaps`)
    const revisions = body.items.filter(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'revision',
    )
    const named = revisions.map(({ metadata }) => metadata.name).sort()
    expect(named).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => `mistral-7b-kaito-r${n}`).sort())
    expect(revisions.every(({ immutable }) => immutable === true)).toBe(true)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
  })
})

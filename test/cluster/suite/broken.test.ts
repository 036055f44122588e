/** Ready means it answered: each break on purpose, and deploy must not end with 0. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BROKEN_NAMESPACE } from '../starter/places.ts'
import { cloudPools, createNamespace, deleteNamespace, direct, intercepted } from './bed.ts'
import type { Interception } from './interceptor.ts'
import { kaito } from './kaito.ts'

const isApplyOf = (kind: string, url: string, method: string) => method === 'PATCH' && url.includes(`/${kind}/`)

const BREAKS: { what: string; code: string; exit: number; interception: Interception; args?: string[] }[] = [
  {
    what: "the Service's selector matches no pod",
    code: 'NO_ENDPOINTS',
    exit: 6,
    interception: {
      rewrite: (seen, body) =>
        isApplyOf('services', seen.url, seen.method)
          ? body.replace(/"selector":\{/, '"selector":{"broken":"on-purpose",')
          : body,
    },
  },
  {
    what: "the Service's target port is wrong",
    code: 'NOT_ANSWERING',
    exit: 6,
    interception: {
      rewrite: (seen, body) =>
        isApplyOf('services', seen.url, seen.method)
          ? body.replace(/"targetPort":("[^"]*"|\d+)/, '"targetPort":9999')
          : body,
    },
  },
  {
    what: 'the engine serves another name',
    code: 'WRONG_MODEL',
    exit: 6,
    interception: {},
    args: ['--engine-arg', 'served-model-name=not-what-the-engine-serves'],
  },
]

describe('a deploy whose endpoint is broken on purpose', () => {
  let bed: Awaited<ReturnType<typeof intercepted>>
  let namespace = ''

  beforeAll(async () => {
    bed = await intercepted()
    namespace = await createNamespace()
  })
  afterAll(async () => {
    await kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], { env: direct })
    await bed.interceptor.close()
    await deleteNamespace(namespace)
  })

  it.each(BREAKS)('does not end with 0 when $what', async ({ interception, code, exit, args = [] }) => {
    bed.interceptor.reset()
    bed.interceptor.use(interception)
    const run = await bed.run(['deploy', 'mistral-7b', '--yes', '-n', namespace, '-o', 'json', ...args])
    expect(run.stdout).toBe('')
    expect(run.code, run.stderr).toBe(exit)
    expect(run.stderr).toContain(code)
    bed.interceptor.reset()
    await kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], { env: direct })
  })

  it('does not end with 0 when the engine is healthy, lists the model and answers completions with 500', async () => {
    const where = ['-n', await createNamespace({}, BROKEN_NAMESPACE)]
    const run = await kaito(['deploy', 'mistral-7b', '--yes', '-o', 'json', ...where], { env: direct })
    expect(run.stdout).toBe('')
    expect(run.code, run.stderr).toBe(6)
    expect(run.stderr).toContain('NOT_ANSWERING')
    expect(run.stderr).toMatch(/500.*EngineCore encountered an issue/s)
    // What was made is left for a look, and said; the same command with delete takes it away.
    expect(await cloudPools()).toHaveLength(2)
    expect((await kaito(['delete', 'mistral-7b', '--yes', ...where], { env: direct })).code).toBe(0)
    expect(await cloudPools()).toHaveLength(1)
  })
})

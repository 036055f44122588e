/** Rights that are missing: all of them in one message, and nothing is made. */
import { afterEach, describe, expect, it } from 'vitest'
import { type Asked, type FakeApi, startFakeApi, writeKubeconfig } from './fake-api.ts'
import { kaito } from './run.ts'

interface Review {
  spec: { resourceAttributes: { verb: string; group: string; resource: string; subresource: string } }
}

const PLURALS = 'secrets|configmaps|services|serviceaccounts|deployments|poddisruptionbudgets|leases'

describe('rights', () => {
  let api: FakeApi | undefined
  afterEach(() => api?.close())

  /** An empty cluster where everything is allowed but what is `lacking`, as `VERB RESOURCE`. */
  async function start(lacking: readonly string[], minor = '36'): Promise<FakeApi> {
    const lacks = (verb: string, resource: string) => lacking.includes(`${verb} ${resource}`)
    const refusal = (verb: string, resource: string, group: string, where: string) => ({
      status: 403,
      body: `${resource} is forbidden: User "jane" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    })
    return startFakeApi(({ method, url, body }) => {
      if (url === '/version') return { status: 200, body: { major: '1', minor } }
      if (url.endsWith('/selfsubjectaccessreviews')) {
        const { verb, resource, subresource } = (JSON.parse(body) as Review).spec.resourceAttributes
        const allowed = !lacks(verb, subresource === '' ? resource : `${resource}/${subresource}`)
        return { status: 201, body: { status: { allowed } } }
      }
      if (/^\/api\/v1\/(nodes|pods|namespaces\/kube-system)(\?|$)/.test(url))
        return refusal('list', 'nodes', '', 'at the cluster scope')
      const [, group = '', plural = '', name] =
        new RegExp(`^/apis?/(?:v1|([^/]+)/v1)/namespaces/default/(${PLURALS})(?:/([^?]+))?`).exec(url) ?? []
      const verb = method === 'GET' ? (name === undefined ? 'list' : 'get') : method === 'PATCH' ? 'patch' : 'create'
      if (lacks(verb, plural)) return refusal(verb, plural, group, 'in the namespace "default"')
      if (method === 'PATCH') return { status: 200, body: JSON.parse(body) as object }
      return name === undefined ? { status: 200, body: { items: [] } } : { status: 404, body: 'not found' }
    })
  }
  const isWrite = ({ method, url }: Asked): boolean =>
    method !== 'GET' && !url.includes('dryRun=All') && !url.endsWith('/selfsubjectaccessreviews')
  const deploy = (...args: string[]) =>
    kaito(['deploy', 'mistral-7b', '--byo', '--cloud', 'azure', ...args, '-o', 'json', '--timeout', '10s'], {
      env: { KUBECONFIG: writeKubeconfig(api?.url ?? '', { token: 'jane' }), HF_ENDPOINT: 'http://127.0.0.1:1' },
    })
  const errorIn = (stderr: string) =>
    JSON.parse(stderr.slice(stderr.lastIndexOf('\n{') + 1)) as { code: string; reason: string; details: string[] }
  const named = (stderr: string): string[] => {
    const { reason, details } = errorIn(stderr)
    return [reason, ...details].map((line) => /cannot (\w+ resource "[^"]+")/.exec(line)?.[1] ?? line).sort()
  }

  it('that a plan does not need are all named before anything is made', async () => {
    api = await start(['update leases', 'watch pods', 'list configmaps'])
    const { code, stderr } = await deploy()
    expect(code, stderr).toBe(5)
    expect(errorIn(stderr).code).toBe('PERMISSION_DENIED')
    expect(named(stderr)).toEqual(['list resource "configmaps"', 'update resource "leases"', 'watch resource "pods"'])
    expect(api.asked.filter(isWrite)).toEqual([])
  })

  it('are all named when planning is refused: of a Secret, of several replicas, and of what comes later', async () => {
    api = await start(['patch secrets', 'create poddisruptionbudgets', 'create leases', 'watch events'])
    const { code, stderr } = await deploy('--replicas', '2', '--api-key')
    expect(code, stderr).toBe(5)
    expect(named(stderr)).toEqual([
      'create resource "leases"',
      'create resource "poddisruptionbudgets"',
      'patch resource "secrets"',
      'watch resource "events"',
    ])
    expect(api.asked.filter(isWrite)).toEqual([])
  })

  it('of Secrets and disruption budgets are not asked for when there are none', async () => {
    api = await start(['get secrets', 'patch poddisruptionbudgets', 'create leases'])
    const { stderr } = await deploy()
    expect(named(stderr)).toEqual(['create resource "leases"'])
  })

  it.each([
    { minor: '36', says: true },
    { minor: '35+', says: true },
    { minor: '34', says: false },
  ])('to create a port-forward are missed on 1.$minor: $says', async ({ minor, says }) => {
    api = await start(['create pods/portforward'], minor)
    // What comes after the warning is not this server's business.
    const { stderr } = await deploy()
    expect(stderr.includes('cannot create resource "pods/portforward"')).toBe(says)
  })
})

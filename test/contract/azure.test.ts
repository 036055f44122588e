/** The real Azure SDK over HTTP against the fake ARM. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CloudPort } from '#clouds/cloud.ts'
import { openCloud, SHIPPED_CLOUDS } from '#clouds/index.ts'
import type { NodePoolRequest } from '#core/cloud/node-pool.ts'
import type { Script } from '#sandbox/clouds/azure/model.ts'
import { FAKE, FAKE_CLUSTER_ID } from '../emulators/azure/identity.ts'
import { type FakeArm, startFakeArm } from '../emulators/azure/server.ts'
import { said } from '../support/said.ts'
import { createRun } from './cloud-run.ts'
import {
  beginCreate,
  type CloudNature,
  ensureChange,
  errorOf,
  type Failure,
  poolRequest as sampleRequest,
} from './cloud-samples.ts'
import { type CloudHarness, describeCloud } from './describe-cloud.ts'

const OWN_NODE = `azure:///subscriptions/${FAKE.subscription}/resourceGroups/${FAKE.nodeResourceGroup.toLowerCase()}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-system-1-vmss/virtualMachines/0`

const NATURE: CloudNature = {
  id: 'azure',
  poolName: 'kmistral7b',
  instanceTypes: ['Standard_NC24ads_A100_v4', 'Standard_NC48ads_A100_v4'],
  hasTokens: true,
  isEverBusy: true,
  failures: ['quota', 'quotaLate', 'capacity', 'permission', 'login', 'throttle', 'outage'],
}

const SCRIPTS: Record<Failure, Script> = {
  quota: { next: 'quota' },
  quotaLate: { next: 'quota-late' },
  capacity: { next: 'allocation' },
  permission: { next: 'forbidden', on: 'PUT' },
  login: { next: 'unauthenticated', on: 'PUT' },
  throttle: { next: 'throttled', on: 'PUT', times: 99 },
  outage: { next: 'server-error', on: 'PUT', times: 99 },
}

const poolRequest = (changes?: Partial<NodePoolRequest>): NodePoolRequest => sampleRequest(NATURE, changes)

function envFor(fake: FakeArm): Record<string, string> {
  return { KAITO_TEST_AZURE_ENDPOINT: fake.url, KAITO_TEST_AZURE_POLL_MS: '15' }
}

const soon = (): AbortSignal => AbortSignal.timeout(10_000)

async function openPort(fake: FakeArm): Promise<CloudPort> {
  const port = await openCloud(SHIPPED_CLOUDS, { cloud: 'azure', providerIds: [OWN_NODE] }, envFor(fake), soon())
  if (port === undefined) throw new Error('the cluster was not found')
  return port
}

function harnessOf(fake: FakeArm): CloudHarness {
  return {
    open: () => openPort(fake),
    failCreate: (failure) => fake.script(SCRIPTS[failure]),
    failDelete: (when) => fake.script(when === 'late' ? 'refuse-delete-late' : 'refuse-delete'),
    slow: () => fake.script('slow'),
    keepBusy: () => fake.script({ next: 'busy', times: 2 }),
    countWrites: () => fake.requests.filter((request) => request.method === 'PUT').length,
    countDeletes: () => fake.requests.filter((request) => request.method === 'DELETE').length,
    seedForeign: (name) => fake.seed({ name }),
    close: () => fake.close(),
  }
}

const start = (): Promise<FakeArm> => startFakeArm({ delayMs: 20 })

describeCloud(NATURE, async () => harnessOf(await start()))

describe('azure only', () => {
  let fake: FakeArm
  beforeEach(async () => {
    fake = await start()
  })
  afterEach(() => fake.close())

  async function tokenOfCreate(): Promise<string> {
    const token = await beginCreate(await openPort(fake), poolRequest())
    if (token === undefined) throw new Error('no token')
    return token
  }

  /** `PUT pool`, `GET operation`: what is asked of ARM, in its order. */
  const asked = (): string[] =>
    fake.requests.map(({ method, path }) => `${method} ${path.includes('/operations/') ? 'operation' : 'pool'}`)

  test('each look is one look: at the operation while it runs, and then at the pool itself', async () => {
    const port = await openPort(fake)
    fake.script('slow')
    fake.requests.length = 0
    const { token } = await port.submit(ensureChange(poolRequest()), soon())
    expect(asked()).toEqual(['GET pool', 'PUT pool'])
    fake.requests.length = 0
    expect((await port.poll(poolRequest(), token, soon())).state).toBe('running')
    expect(asked()).toEqual(['GET operation'])
    await expect.poll(() => fake.pools.kmistral7b?.provisioningState).toBe('Succeeded')
    fake.requests.length = 0
    expect(await port.poll(poolRequest(), token, soon())).toMatchObject({ state: 'done', pool: { name: 'kmistral7b' } })
    // The poller of the SDK reads the resource for its own result.
    expect(asked()).toEqual(['GET operation', 'GET pool', 'GET pool'])
  })

  test('a machine type that is out of stock is named in what to do next, however late that is told', async () => {
    fake.script('allocation')
    const error = await errorOf(createRun(await openPort(fake)).ensure(poolRequest()))
    expect(said(error.hint)).toContain('--size Standard_NC24ads_A100_v4')
  })

  test('the PUT carries what AKS needs, and If-None-Match', async () => {
    const port = await openPort(fake)
    await createRun(port).ensure(poolRequest())
    const put = fake.requests.find((request) => request.method === 'PUT')
    expect(put?.headers['if-none-match']).toBe('*')
    expect(put?.body).toEqual({
      properties: {
        count: 1,
        vmSize: 'Standard_NC24ads_A100_v4',
        mode: 'User',
        osType: 'Linux',
        osDiskSizeGB: 256,
        nodeLabels: { 'kaito.sh/workspace': 'mistral-7b' },
        nodeTaints: ['sku=gpu:NoSchedule'],
        tags: {
          'kaito-managed-by': 'kaito',
          'kaito-workspace': 'mistral-7b',
          'kaito-namespace': 'default',
          'kaito-cluster': '3f1c9a52-70f5-4f7e-8a53-0d9d6a1f2b10',
        },
      },
    })
  })

  test('the cluster is found among others by the node resource group', async () => {
    const cluster = await (await openPort(fake)).describeCluster(AbortSignal.timeout(5000))
    expect(cluster).toEqual({
      cloud: 'azure',
      name: 'kaito-aks',
      region: 'eastus2',
      kubernetesVersion: '1.36.2',
      state: 'Succeeded',
      isBusy: false,
      account: `subscription ${FAKE.subscription}, resource group kaito-rg`,
    })
  })

  test('--cluster-resource needs no listing', async () => {
    fake.script({ next: 'forbidden', on: 'GET' })
    const denied = await errorOf(openPort(fake))
    expect(denied.code).toBe('PERMISSION_DENIED')
    expect(said(denied.hint)).toContain('--cluster-resource')
    fake.requests.length = 0
    const request = { cloud: 'azure', providerIds: [], clusterResource: FAKE_CLUSTER_ID } as const
    await openCloud(SHIPPED_CLOUDS, request, envFor(fake), soon())
    expect(fake.requests.map(({ path }) => path.endsWith('/managedClusters'))).toEqual([false])
  })

  test('nodes of no known cluster, and of no Azure at all', async () => {
    const providerIds = [OWN_NODE.replace('mc_kaito-rg', 'mc_else')]
    const error = await errorOf(openCloud(SHIPPED_CLOUDS, { cloud: 'azure', providerIds }, envFor(fake), soon()))
    expect(error.code).toBe('NOT_FOUND')
    expect(said(error.hint)).toContain('--cluster-resource')
    expect(
      await openCloud(SHIPPED_CLOUDS, { cloud: 'azure', providerIds: ['kind://x'] }, envFor(fake), soon()),
    ).toBeUndefined()
    const wrong = { cloud: 'azure', providerIds: [], clusterResource: '/subscriptions/x' } as const
    expect((await errorOf(openCloud(SHIPPED_CLOUDS, wrong, envFor(fake), soon()))).code).toBe('USAGE')
  })

  describe('an Azure that does not answer', () => {
    const silent = createServer(() => undefined)
    const request = { cloud: 'azure', providerIds: [OWN_NODE] } as const
    let env: Record<string, string>
    beforeEach(async () => {
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      env = { KAITO_TEST_AZURE_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }
    })
    afterEach(() => {
      vi.restoreAllMocks()
      silent.closeAllConnections()
      silent.close()
    })

    test('can be left at once, with the reason of whoever did', async () => {
      const stop = new AbortController()
      const why = new Error('Ctrl-C')
      silent.once('request', () => stop.abort(why))
      await expect(openCloud(SHIPPED_CLOUDS, request, env, stop.signal)).rejects.toBe(why)
    })

    test('is UNAVAILABLE after a while', async () => {
      const { timeout } = AbortSignal
      vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout.call(AbortSignal, 300))
      const error = await errorOf(openCloud(SHIPPED_CLOUDS, request, env, new AbortController().signal))
      expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: 'later' })
      expect(error.message).toContain('list the AKS clusters')
    })
  })

  test.each(['https://127.0.0.1:1', 'http://example.com', 'http://127.0.0.1.example.com', 'nonsense'])(
    'the test endpoint must be on this machine: %s',
    async (endpoint) => {
      const request = { cloud: 'azure', providerIds: [OWN_NODE] } as const
      const error = await errorOf(openCloud(SHIPPED_CLOUDS, request, { KAITO_TEST_AZURE_ENDPOINT: endpoint }, soon()))
      expect(error.code).toBe('USAGE')
    },
  )

  test('one 429 and one 500 are retried, not reported', async () => {
    const port = await openPort(fake)
    fake.script({ next: 'throttled', on: 'PUT' })
    fake.script({ next: 'server-error', on: 'PUT' })
    const pool = await createRun(port).ensure(poolRequest())
    expect(pool.state).toBe('ready')
  })

  test.each([
    ['another host', 'https://management.azure.com/', 'https://evil.example/'],
    ['a look-alike host', 'management.azure.com/', 'management.azure.com.evil.example/'],
    ['no TLS', 'https://management.azure.com/', 'http://management.azure.com/'],
    ['another subscription', FAKE.subscription, 'b0000000-0000-4000-8000-000000000002'],
    ['another pool', 'agentPools/kmistral7b', 'agentPools/system'],
  ])('a token that leads to %s is not followed', async (_, from, to) => {
    fake.script('slow')
    const token = await tokenOfCreate()
    const resumeToken = token.replaceAll(from, to)
    expect(resumeToken).not.toBe(token)
    fake.requests.length = 0
    const next = await openPort(fake)
    const pool = await createRun(next).ensure(poolRequest(), resumeToken)
    expect(pool.state).toBe('ready')
    expect(fake.requests.filter(({ path }) => path.includes('/operations/'))).toEqual([])
  })

  test('a good token polls the operation itself', async () => {
    fake.script('slow')
    const resumeToken = await tokenOfCreate()
    fake.requests.length = 0
    const next = await openPort(fake)
    await createRun(next).ensure(poolRequest(), resumeToken)
    expect(fake.requests.some(({ path }) => path.includes('/operations/'))).toBe(true)
  })

  test('a token whose operation ARM has forgotten falls back to the pool', async () => {
    fake.script('slow')
    const token = await tokenOfCreate()
    const resumeToken = token.replace(/operations\/[\w-]+/, 'operations/00000000-gone')
    const next = await openPort(fake)
    const pool = await createRun(next).ensure(poolRequest(), resumeToken)
    expect(pool.state).toBe('ready')
  })

  test('without an operation header the resource is polled', async () => {
    fake.script('no-operation-header')
    const pool = await createRun(await openPort(fake)).ensure(poolRequest())
    expect(pool.state).toBe('ready')
  })

  test('a failed pool tells its own reason and is put again with its eTag', async () => {
    const port = await openPort(fake)
    fake.script('allocation')
    const error = await errorOf(createRun(port).ensure(poolRequest()))
    expect(error.reason).toMatch(/^AllocationFailed: Allocation failed\. We do not have sufficient capacity/)
    expect(error.raw).toMatchObject({ error: { code: 'ResourceOperationFailure' } })
    const failed = await port.getPool('kmistral7b', AbortSignal.timeout(5000))
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('AllocationFailed') })
    const run = createRun(port)
    await run.ensure(poolRequest())
    expect(run.states[0]).toContain('AllocationFailed')
    const puts = fake.requests.filter((request) => request.method === 'PUT')
    expect(puts.at(-1)?.headers['if-match']).toMatch(/^etag-/)
  })

  test('a pool that fails while a new process follows it without a token says why', async () => {
    fake.script('slow')
    await beginCreate(await openPort(fake), poolRequest())
    const operations = Object.values(fake.operations)
    for (const item of operations) item.ending = 'allocation'
    const error = await errorOf(createRun(await openPort(fake)).ensure(poolRequest()))
    expect(error.code).toBe('CAPACITY_UNAVAILABLE')
  })

  test('a stopped pool is started', async () => {
    const port = await openPort(fake)
    await createRun(port).ensure(poolRequest())
    const pool = fake.pools.kmistral7b
    if (pool !== undefined) pool.properties.powerState = { code: 'Stopped' }
    expect((await port.getPool('kmistral7b', AbortSignal.timeout(5000)))?.rawState).toBe('Succeeded (Stopped)')
    expect((await createRun(port).ensure(poolRequest())).state).toBe('ready')
  })

  test('what others have set on a pool stays when it grows', async () => {
    const port = await openPort(fake)
    await createRun(port).ensure(poolRequest())
    const pool = fake.pools.kmistral7b
    if (pool === undefined) throw new Error('no pool')
    const { nodeLabels, nodeTaints, tags } = pool.properties
    const foreign = {
      tags: { ...(tags as object), 'cost-center': '42' },
      nodeLabels: { ...(nodeLabels as object), team: 'research' },
      nodeTaints: [...(nodeTaints as string[]), 'team=research:NoExecute'],
      osSKU: 'AzureLinux3',
      osDiskSizeGB: 512,
      upgradeSettings: { maxSurge: '33%' },
      availabilityZones: ['2'],
      vnetSubnetID: '/subscriptions/x/subnets/gpu',
    }
    Object.assign(pool.properties, foreign)
    const grown = await createRun(port).ensure(poolRequest({ count: 3 }))
    expect(grown.count).toBe(3)
    expect(fake.pools.kmistral7b?.properties).toMatchObject({ ...foreign, count: 3 })
  })

  test.each([
    ['a failed pool with more nodes', { count: 5 }, { count: 5 }],
    [
      'a failed pool that is autoscaled',
      { count: 1, enableAutoScaling: true, minCount: 1, maxCount: 4 },
      { count: 1, enableAutoScaling: true, minCount: 1, maxCount: 4 },
    ],
  ])('%s keeps its size', async (_, properties, kept) => {
    const port = await openPort(fake)
    await createRun(port).ensure(poolRequest({ count: 2 }))
    const pool = fake.pools.kmistral7b
    if (pool === undefined) throw new Error('no pool')
    Object.assign(pool.properties, properties)
    pool.provisioningState = 'Failed'
    expect((await createRun(port).ensure(poolRequest({ count: 2 }))).state).toBe('ready')
    expect(fake.pools.kmistral7b?.properties).toMatchObject(kept)
  })

  test('an unreachable Azure is UNAVAILABLE', async () => {
    const port = await openPort(fake)
    await fake.close()
    const error = await errorOf(port.describeCluster(AbortSignal.timeout(5000)))
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: 'later' })
  })

  test.each(['aws', 'gcp'] as const)('%s says what to do instead', async (cloud) => {
    const error = await errorOf(openCloud(SHIPPED_CLOUDS, { cloud, providerIds: [] }, {}, soon()))
    expect(error.code).toBe('POOLS_UNSUPPORTED')
    expect(said(error.hint)).toContain('--byo')
  })
})

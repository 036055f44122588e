/** The fake answers as the service documents it, asked by plain HTTP: the rules of README.md beside this file. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FAKE_CLUSTER_ID } from './identity.ts'
import { type FakeArm, startFakeArm } from './server.ts'

let arm: FakeArm
beforeEach(async () => {
  arm = await startFakeArm({ delayMs: 300 })
})
afterEach(() => arm.close())

const QUERY = 'api-version=2025-10-01'
const POOL = { properties: { count: 1, vmSize: 'Standard_NC24ads_A100_v4', mode: 'User', osType: 'Linux' } }
const pool = (name: string): string => `${arm.url}${FAKE_CLUSTER_ID}/agentPools/${name}?${QUERY}`

async function ask(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method,
    headers: { authorization: 'Bearer made-up', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body }
}

interface Body {
  status?: string
  error?: { code: string; message: string }
  properties?: { provisioningState?: string; count?: number }
  value?: { name: string; properties: { resourceId: string } }[]
}

async function endOf(url: string): Promise<Body> {
  for (;;) {
    const { status, body } = await ask('GET', url)
    expect(status).toBe(200)
    if (body.status !== 'InProgress') return body
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const script = (next: string) => ask('POST', `${arm.url}/_bed/script`, { next })
/** The service's own host stands in the header; the fake answers the same path. */
const operationOf = (answer: { headers: Headers }): string =>
  (answer.headers.get('azure-asyncoperation') ?? '').replace('https://management.azure.com', arm.url)

describe('creating a pool', () => {
  it('is 201 with an absolute operation URL, which ends in Succeeded, and then the pool says so too', async () => {
    const made = await ask('PUT', pool('gpu'), POOL)
    expect(made).toMatchObject({ status: 201, body: { properties: { provisioningState: 'Creating' } } })
    expect(made.headers.get('azure-asyncoperation')).toMatch(/^https:\/\/management\.azure\.com\/.*\/operations\//)
    expect((await ask('GET', operationOf(made))).body.status).toBe('InProgress')
    expect(await endOf(operationOf(made))).toMatchObject({ status: 'Succeeded' })
    expect((await ask('GET', pool('gpu'))).body.properties?.provisioningState).toBe('Succeeded')
  })

  it('that fails late is a 200 on the operation, with the error inside, and leaves a pool that says Failed', async () => {
    await script('quota-late')
    const made = await ask('PUT', pool('gpu'), POOL)
    expect(made.status).toBe(201)
    const ended = await endOf(operationOf(made))
    expect(ended.status).toBe('Failed')
    expect(JSON.stringify(ended.error)).toMatch(/quota/i)
    expect((await ask('GET', pool('gpu'))).body.properties?.provisioningState).toBe('Failed')
  })

  it('can do without the header: then the pool itself moves to a final state', async () => {
    await script('no-operation-header')
    const made = await ask('PUT', pool('gpu'), POOL)
    expect(operationOf(made)).toBe('')
    await expect.poll(async () => (await ask('GET', pool('gpu'))).body.properties?.provisioningState).toBe('Succeeded')
  })

  it('with If-None-Match: * is 412 when it exists', async () => {
    await endOf(operationOf(await ask('PUT', pool('gpu'), POOL)))
    expect(await ask('PUT', pool('gpu'), POOL, { 'if-none-match': '*' })).toMatchObject({ status: 412 })
  })

  it('is refused at once when the quota is used up, and nothing is made', async () => {
    await script('quota')
    const refused = await ask('PUT', pool('gpu'), POOL)
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.body.error?.message).toMatch(/quota/i)
    expect((await ask('GET', pool('gpu'))).status).toBe(404)
  })

  it('of a size that does not exist is 400', async () => {
    const wrong = { properties: { ...POOL.properties, vmSize: 'Standard_None' } }
    expect(await ask('PUT', pool('gpu'), wrong)).toMatchObject({ status: 400, body: { error: {} } })
  })
})

describe('deleting a pool', () => {
  it('is 202 with both headers; afterwards the pool is 404 NotFound', async () => {
    await endOf(operationOf(await ask('PUT', pool('gpu'), POOL)))
    const gone = await ask('DELETE', pool('gpu'))
    expect(gone.status).toBe(202)
    expect(gone.headers.get('location')).toMatch(/^https:\/\//)
    await endOf(operationOf(gone))
    expect(await ask('GET', pool('gpu'))).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } })
  })

  it('that is refused leaves it', async () => {
    await endOf(operationOf(await ask('PUT', pool('gpu'), POOL)))
    await script('refuse-delete')
    expect((await ask('DELETE', pool('gpu'))).status).toBeGreaterThanOrEqual(400)
    expect((await ask('GET', pool('gpu'))).status).toBe(200)
  })
})

describe('machines of a pool', () => {
  const below = (what: string): string => pool('gpu').replace('?', `/${what}?`)
  const names = async (): Promise<string[]> =>
    ((await ask('GET', below('machines'))).body.value ?? []).map(({ name }) => name)
  const makeThree = async (): Promise<void> => {
    await endOf(operationOf(await ask('PUT', pool('gpu'), { properties: { ...POOL.properties, count: 3 } })))
  }

  it('have a name and the id of their VM', async () => {
    await makeThree()
    const { body } = await ask('GET', below('machines'))
    expect(body.value?.map(({ properties }) => properties.resourceId)).toEqual([
      expect.stringMatching(/\/virtualMachineScaleSets\/aks-gpu-\d+-vmss\/virtualMachines\/0$/),
      expect.stringMatching(/virtualMachines\/1$/),
      expect.stringMatching(/virtualMachines\/2$/),
    ])
  })

  it('that are named go: 202, the pool is Updating, and then has the others and their count', async () => {
    await makeThree()
    const [first, second = '', third] = await names()
    const going = await ask('POST', below('deleteMachines'), { machineNames: [second] })
    expect(going.status).toBe(202)
    expect(going.headers.get('location')).toMatch(/^https:\/\//)
    expect((await ask('GET', pool('gpu'))).body.properties?.provisioningState).toBe('Updating')
    expect((await ask('POST', below('deleteMachines'), { machineNames: [first] })).status).toBe(409)
    expect(await endOf(operationOf(going))).toMatchObject({ status: 'Succeeded' })
    expect(await names()).toEqual([first, third])
    expect((await ask('GET', pool('gpu'))).body.properties).toMatchObject({ provisioningState: 'Succeeded', count: 2 })
  })

  it('of which one is unknown, or none is named, are left alone', async () => {
    await makeThree()
    for (const body of [{ machineNames: ['nobody'] }, { machineNames: [] }, {}])
      expect((await ask('POST', below('deleteMachines'), body)).status).toBe(400)
    expect(await names()).toHaveLength(3)
    expect((await ask('POST', below('deleteMachines').replace('/gpu/', '/none/'), {})).status).toBe(404)
  })

  it('that come later have numbers that none had', async () => {
    await makeThree()
    const before = await names()
    await endOf(operationOf(await ask('POST', below('deleteMachines'), { machineNames: before })))
    expect(await names()).toEqual([])
    await endOf(operationOf(await ask('PUT', pool('gpu'), { properties: { ...POOL.properties, count: 1 } })))
    const after = await names()
    expect(after).toHaveLength(1)
    expect(before).not.toContain(after[0])
  })

  it('more than a smaller count go, the highest first', async () => {
    await makeThree()
    const before = await names()
    await endOf(operationOf(await ask('PUT', pool('gpu'), { properties: { ...POOL.properties, count: 1 } })))
    expect(await names()).toEqual(before.slice(0, 1))
  })
})

describe('who asks', () => {
  it('without a token gets 401; of another subscription, 404 or 403', async () => {
    expect((await fetch(pool('gpu'))).status).toBe(401)
    const other = pool('gpu').replace(/subscriptions\/[^/]+/, 'subscriptions/00000000-0000-0000-0000-000000000000')
    expect([403, 404]).toContain((await ask('GET', other)).status)
  })

  it('without an api-version gets 400', async () => {
    expect((await ask('GET', pool('gpu').replace(/\?.*/, ''))).status).toBe(400)
  })
})

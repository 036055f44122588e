/** What the fake answers to one ARM request. Rules 1-5: test/emulators/azure/README.md. */
import type { CloudAnswer, CloudRequest } from '../loopback.ts'
import { ARM, accepted, failWith, NOT_FOUND, operationHeaders, PROVIDER, refuse } from './answers.ts'
import type { ArmContext } from './arm-context.ts'
import { answerBelow } from './below.ts'
import { clusterBody, operationBody, otherClusterBody, poolBody } from './bodies.ts'
import { instancesOf } from './machines.ts'
import type { Ending, PoolRecord } from './model.ts'
import {
  askedOf,
  busy,
  forbidden,
  locked,
  quota,
  quotaNew,
  type Refusal,
  SERVER_ERROR,
  THROTTLED,
  UNAUTHENTICATED,
} from './texts.ts'
import { validatePool } from './validate.ts'

/** Endings that any request can have. */
function refusalFor(ending: Ending, request: CloudRequest): Refusal | undefined {
  if (ending === 'forbidden') return forbidden(request.method, request.path)
  if (ending === 'unauthenticated') return UNAUTHENTICATED
  if (ending === 'throttled') return THROTTLED
  return ending === 'server-error' ? SERVER_ERROR : undefined
}

export function answerArm(request: CloudRequest, context: ArmContext): CloudAnswer {
  if (!/^bearer .+/i.test(request.headers.authorization ?? '')) {
    return failWith(401, {
      code: 'AuthenticationFailed',
      message: "Authentication failed. The 'Authorization' header is missing.",
    })
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(request.query.get('api-version') ?? '')) {
    return failWith(400, {
      code: 'MissingApiVersionParameter',
      message: 'The api-version query parameter (?api-version=) is required for all requests.',
    })
  }
  const ending = context.nextEnding(request.method)
  const refusal = refusalFor(ending, request)
  if (refusal !== undefined) return refuse(refusal)
  const subscription = `/subscriptions/${context.fake.subscription}`.toLowerCase()
  const path = request.path.toLowerCase()
  if (!path.startsWith(subscription)) {
    return failWith(404, {
      code: 'SubscriptionNotFound',
      message: `The subscription '${path.split('/')[2]}' could not be found.`,
    })
  }
  return route(path.slice(subscription.length), request, context, ending)
}

function route(path: string, request: CloudRequest, context: ArmContext, ending: Ending): CloudAnswer {
  const { fake, store } = context
  const provider = PROVIDER.toLowerCase()
  const clusterPath = `/resourcegroups/${fake.resourceGroup}${provider}/managedclusters/${fake.cluster}`
  if (path === `${provider}/managedclusters`) return listClusters(request, context)
  const operation = path.match(/\/locations\/[^/]+\/operation(result)?s\/([^/]+)$/)
  if (operation?.[2] !== undefined) return getOperation(operation[2], operation[1] !== undefined, context)
  if (!path.startsWith(clusterPath)) return NOT_FOUND(`the resource ${request.path}`)
  const rest = path.slice(clusterPath.length)
  const pools = Object.values(store.state.pools)
  if (rest === '') return { status: 200, body: clusterBody(pools, fake) }
  if (rest === '/agentpools') return { status: 200, body: { value: pools.map((pool) => poolBody(pool, fake)) } }
  const [, name, below] = rest.match(/^\/agentpools\/([^/]+)(?:\/([^/]+))?$/) ?? []
  if (name === undefined) return NOT_FOUND(`the resource ${request.path}`)
  if (below !== undefined) return answerBelow(name, below, request, context, ending)
  if (request.method === 'PUT') return putPool(name, request, context, ending)
  if (request.method === 'DELETE') return deletePool(name, request, context, ending)
  const pool = store.state.pools[name]
  return pool === undefined ? NOT_FOUND(`the agent pool ${name}`) : { status: 200, body: poolBody(pool, fake) }
}

/** Two pages, so that clients must follow nextLink. */
function listClusters(request: CloudRequest, { fake, store }: ArmContext): CloudAnswer {
  if (request.query.has('$skiptoken')) {
    return { status: 200, body: { value: [clusterBody(Object.values(store.state.pools), fake)] } }
  }
  const version = request.query.get('api-version')
  const nextLink = `${ARM}/subscriptions/${fake.subscription}${PROVIDER}/managedClusters?api-version=${version}&$skiptoken=2`
  return { status: 200, body: { value: [otherClusterBody(fake)], nextLink } }
}

function getOperation(id: string, isResult: boolean, { store }: ArmContext): CloudAnswer {
  const operation = store.state.operations[id]
  if (operation === undefined) return NOT_FOUND(`the operation ${id}`)
  if (!isResult) return { status: 200, body: operationBody(operation) }
  return operation.status === 'InProgress' ? { status: 202 } : { status: 204 }
}

/** 412 for a failed If-Match or If-None-Match. ASSUMED: the body; the status is documented. */
function checkConditions(request: CloudRequest, pool: PoolRecord | undefined): CloudAnswer | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers
  if (noneMatch === '*' && pool !== undefined) {
    return failWith(412, {
      code: 'PreconditionFailed',
      message: `The agent pool ${pool.name} exists; If-None-Match: * was given.`,
    })
  }
  if (match !== undefined && match !== '*' && match !== pool?.eTag) {
    return failWith(412, {
      code: 'OriginalEtagNotExpect',
      message: `If-Match ${match} does not match ${pool?.eTag ?? 'nothing'}.`,
    })
  }
  return undefined
}

function putPool(name: string, request: CloudRequest, context: ArmContext, ending: Ending): CloudAnswer {
  const { store, fake } = context
  const wrong = validatePool(name, request.body, context, context.checkModel)
  if (wrong !== undefined) return failWith(400, wrong)
  const existing = store.state.pools[name]
  const condition = checkConditions(request, existing)
  if (condition !== undefined) return condition
  if (store.pending(name) !== undefined || ending === 'busy') {
    return refuse(busy(fake, `${name} - ${existing?.provisioningState ?? 'Creating'}`))
  }
  const properties = { ...((request.body as { properties?: Record<string, unknown> }).properties ?? {}) }
  const asked = askedOf(properties, context.offer)
  if (ending === 'quota') return refuse(quota(asked, fake))
  if (ending === 'quota-new') return refuse(quotaNew(asked, fake))
  const was = existing?.properties.vmSize
  if (was !== undefined && String(was).toLowerCase() !== String(properties.vmSize).toLowerCase()) {
    const message = `Changing property 'properties.vmSize' is not allowed.`
    return failWith(400, { code: 'PropertyChangeNotAllowed', message, target: 'properties.vmSize' })
  }
  const provisioningState = existing === undefined ? 'Creating' : 'Updating'
  const { nextInstance } = existing ?? {}
  const scaleSet = {
    instances: existing === undefined ? [] : instancesOf(existing),
    ...(nextInstance === undefined ? {} : { nextInstance }),
  }
  const pool: PoolRecord = { name, properties, provisioningState, eTag: store.nextETag(), ...scaleSet }
  store.putPool(pool)
  const headers = operationHeaders(store.start('put', name, ending), ending, fake)
  return { status: existing === undefined ? 201 : 200, body: poolBody(pool, fake), headers }
}

function deletePool(name: string, request: CloudRequest, context: ArmContext, ending: Ending): CloudAnswer {
  const { store, fake } = context
  const pool = store.state.pools[name]
  // ASSUMED: 204, as the ARM contract asks for a DELETE of what is not there.
  if (pool === undefined) return { status: 204 }
  const condition = checkConditions(request, pool)
  if (condition !== undefined) return condition
  if (ending === 'refuse-delete') return refuse(locked(request.path))
  if (store.pending(name) !== undefined || ending === 'busy') {
    return refuse(busy(fake, `${name} - ${pool.provisioningState}`))
  }
  if (pool.properties.mode === 'System') {
    return failWith(400, {
      code: 'OperationNotAllowed',
      message: 'There has to be at least one system agent pool.',
    })
  }
  pool.provisioningState = 'Deleting'
  return accepted(store.start('delete', name, ending), ending, fake)
}

/** Bodies as Azure sent them to people who pasted them into issues, and the code that each must become. */
import { describe, expect, test } from 'vitest'
import { redact } from '#clouds/azure/arm-body.ts'
import { errorFromBody, mapAzureError } from '#clouds/azure/errors.ts'
import type { ErrorCode, Retryable } from '#core/errors.ts'
import { said, saying } from '../../support/said.ts'

const CONTEXT = {
  phase: 'provision',
  action: 'create the node pool kpool',
  subscription: 'sub-1',
  resourceGroup: 'rg-1',
  cluster: 'aks-1',
  region: 'eastus2',
  pool: 'kpool',
  instanceType: 'Standard_NC24ads_A100_v4',
} as const

const QUOTA_TEXT =
  'Operation could not be completed as it results in exceeding approved standardNCADSA100v4Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus2, Current Limit: 0, Current Usage: 0, Additional Required: 24, (Minimum) New Limit Required: 24.'
const REGIONAL_TEXT =
  'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus2, Current Limit: 10, Current Usage: 8, Additional Required: 24, (Minimum) New Limit Required: 32.'

interface Row {
  what: string
  status?: number
  body: unknown
  code: ErrorCode
  retryable: Retryable
  hint: string
}

const arm = (code: string, message: string, details?: unknown[]) => ({
  error: details === undefined ? { code, message } : { code, message, details },
})

const ROWS: Row[] = [
  {
    what: 'family quota under OperationNotAllowed',
    status: 409,
    body: arm('OperationNotAllowed', QUOTA_TEXT),
    code: 'QUOTA_EXCEEDED',
    retryable: 'elsewhere',
    hint: 'az vm list-usage -l eastus2',
  },
  {
    what: 'another operation under the same OperationNotAllowed',
    status: 409,
    body: arm(
      'OperationNotAllowed',
      'Operation is not allowed: Another agentpool operation (nodepool1 - Creating) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details',
    ),
    code: 'CONFLICT',
    retryable: 'later',
    hint: 'az aks nodepool show -g rg-1 --subscription sub-1 --cluster-name aks-1 -n kpool',
  },
  {
    what: 'regional quota inside InvalidTemplateDeployment',
    status: 400,
    body: arm('InvalidTemplateDeployment', 'The template deployment failed. See details.', [
      { code: 'QuotaExceeded', message: REGIONAL_TEXT },
    ]),
    code: 'QUOTA_EXCEEDED',
    retryable: 'elsewhere',
    hint: 'az vm list-usage',
  },
  {
    what: 'the newer AKS quota code in the flat AKS shape',
    status: 400,
    body: {
      code: 'ErrCode_InsufficientVCPUQuota',
      details: null,
      message:
        'Insufficient vcpu quota requested 24, remaining 0 for family standardNCADSA100v4Family for region eastus2',
      subcode: '',
    },
    code: 'QUOTA_EXCEEDED',
    retryable: 'elsewhere',
    hint: 'az vm list-usage',
  },
  {
    what: 'quota named only by the subcode',
    status: 400,
    body: { code: 'BadRequest', message: 'Preflight validation failed.', subcode: 'InsufficientVCPUQuota' },
    code: 'QUOTA_EXCEEDED',
    retryable: 'elsewhere',
    hint: 'az vm list-usage',
  },
  {
    what: 'quota inside a message of the scale set reconciler',
    body: {
      status: 'Failed',
      error: {
        code: 'ReconcileVMSSAgentPoolFailed',
        message: `VMSSAgentPoolReconciler retry failed: Category: ClientError; Code: OperationNotAllowed; SubCode: QuotaExceeded; OriginalError: Code="OperationNotAllowed" Message="${QUOTA_TEXT}"`,
      },
    },
    code: 'QUOTA_EXCEEDED',
    retryable: 'elsewhere',
    hint: 'az vm list-usage',
  },
  {
    what: 'an error written as JSON into a message',
    status: 500,
    body: arm(
      'InternalOperationError',
      `The operation failed: ${JSON.stringify(arm('AllocationFailed', 'Allocation failed.'))}`,
    ),
    code: 'CAPACITY_UNAVAILABLE',
    retryable: 'elsewhere',
    hint: 'az vm list-skus -l eastus2 --size Standard_NC24ads_A100_v4',
  },
  ...['AllocationFailed', 'ZonalAllocationFailed', 'OverconstrainedZonalAllocationRequest'].map(
    (code): Row => ({
      what: `${code} inside ResourceOperationFailure`,
      body: {
        status: 'Failed',
        ...arm('ResourceOperationFailure', "The resource operation completed with state 'Failed'.", [
          { code, message: 'Allocation failed. We do not have sufficient capacity for the requested VM size.' },
        ]),
      },
      code: 'CAPACITY_UNAVAILABLE',
      retryable: 'elsewhere',
      hint: 'az vm list-skus',
    }),
  ),
  {
    what: 'a size that the zones lack',
    status: 409,
    body: arm(
      'SkuNotAvailable',
      "The requested size for resource is currently not available in location 'eastus' zones '1,2,3'.",
    ),
    code: 'CAPACITY_UNAVAILABLE',
    retryable: 'elsewhere',
    hint: 'az vm list-skus',
  },
  {
    what: 'a size that the subscription lacks',
    status: 400,
    body: arm(
      'BadRequest',
      "The VM size of Standard_ND96isr_H100_v5 is not allowed in your subscription in location 'eastus2'.",
    ),
    code: 'INVALID_ARGUMENT',
    retryable: 'elsewhere',
    hint: 'az vm list-skus',
  },
  {
    what: 'a bad name',
    status: 400,
    body: arm('InvalidParameter', 'The value of parameter agentPoolProfile.name is invalid.'),
    code: 'INVALID_ARGUMENT',
    retryable: 'no',
    hint: 'az aks nodepool show',
  },
  {
    what: 'an operation overridden by a later one',
    body: {
      status: 'Failed',
      ...arm('Conflict', 'The operation was overriden and canceled by a later operation 1234.'),
    },
    code: 'CONFLICT',
    retryable: 'later',
    hint: 'az aks nodepool show',
  },
  {
    what: 'a lock',
    status: 409,
    body: arm('ScopeLocked', 'The scope cannot perform delete operation because following scope(s) are locked.'),
    code: 'CONFLICT',
    retryable: 'no',
    hint: 'az aks nodepool show',
  },
  {
    what: 'a missing right',
    status: 403,
    body: arm('AuthorizationFailed', "The client 'x' does not have authorization to perform action 'y'."),
    code: 'PERMISSION_DENIED',
    retryable: 'no',
    hint: 'az role assignment list',
  },
  {
    what: 'an expired login',
    status: 401,
    body: arm('ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than current UTC time.'),
    code: 'UNAUTHENTICATED',
    retryable: 'no',
    hint: 'az login',
  },
  {
    what: 'throttling',
    status: 429,
    body: arm('SubscriptionRequestsThrottled', 'Number of write requests exceeded the limit.'),
    code: 'THROTTLED',
    retryable: 'later',
    hint: 'again in a few minutes',
  },
  {
    what: 'an answer that is no JSON',
    status: 502,
    body: '<html>Bad Gateway</html>',
    code: 'UNAVAILABLE',
    retryable: 'later',
    hint: 'again in a few minutes',
  },
  {
    what: 'a code that nobody has seen',
    body: { status: 'Failed', ...arm('FluxCapacitorDrained', 'Great Scott.') },
    code: 'UNKNOWN',
    retryable: 'no',
    hint: 'az aks nodepool show',
  },
  { what: 'nothing at all', status: 418, body: undefined, code: 'UNKNOWN', retryable: 'no', hint: 'az aks' },
]

describe('bodies', () => {
  test.each(ROWS)('$what → $code', ({ status, body, code, retryable, hint }) => {
    const error = errorFromBody(body, status, CONTEXT)
    expect({ code: error.code, retryable: error.retryable }).toEqual({ code, retryable })
    expect(said(error.hint)).toContain(hint)
    expect(error.resource).toEqual({ kind: 'AgentPool', name: 'kpool' })
    expect(error.phase).toBe('provision')
    expect(error.reason).toBeTruthy()
  })

  test('the reason is the innermost problem, word for word', () => {
    const body = arm('InvalidTemplateDeployment', 'See details.', [{ code: 'QuotaExceeded', message: QUOTA_TEXT }])
    expect(errorFromBody(body, 400, CONTEXT).reason).toBe(`QuotaExceeded: ${QUOTA_TEXT}`)
  })

  test('raw keeps the body and loses the secrets', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl'
    const body = {
      error: { code: 'X', message: `token ${jwt} and Bearer abcdefghijkl and sig=abcdefgh%3D` },
      authorization: 'Bearer zzz',
      password: 'hunter2',
    }
    const error = errorFromBody(body, 400, CONTEXT)
    const text = JSON.stringify([error.raw, error.reason, error.message])
    for (const secret of [jwt, 'abcdefghijkl', 'abcdefgh%3D', 'zzz', 'hunter2']) {
      expect(text).not.toContain(secret)
    }
    expect(redact({ a: [{ code: 'Y' }] })).toEqual({ a: [{ code: 'Y' }] })
  })
})

describe('what the SDK throws', () => {
  test('a failed operation takes the captured body', () => {
    const body = { status: 'Failed', ...arm('X', 'x', [{ code: 'AllocationFailed', message: 'none' }]) }
    const thrown = new Error('The long-running operation has failed. X. x')
    const error = mapAzureError(thrown, { failure: { status: 200, body } }, CONTEXT)
    expect(error).toMatchObject({ code: 'CAPACITY_UNAVAILABLE', reason: 'AllocationFailed: none', raw: body })
  })

  test('a failed operation without a body keeps the words', () => {
    const thrown = new Error('The long-running operation has failed. QuotaExceeded. no')
    expect(mapAzureError(thrown, {}, CONTEXT)).toMatchObject({ code: 'QUOTA_EXCEEDED', reason: thrown.message })
  })

  test('no sign-in that works', () => {
    const thrown = Object.assign(new Error('ChainedTokenCredential authentication failed.'), {
      name: 'AggregateAuthenticationError',
    })
    const error = mapAzureError(thrown, {}, CONTEXT)
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', hint: saying('az login') })
  })

  test('a bug stays a bug', () => {
    const thrown = new TypeError('x is not a function')
    expect(mapAzureError(thrown, {}, CONTEXT)).toBe(thrown)
  })
})

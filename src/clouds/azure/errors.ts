/**
 * What Azure throws → `KaitoError`. By code first, from the innermost detail outwards, then by text: ARM wraps the
 * real error at least once, and a quota refusal shares `OperationNotAllowed` with an operation in progress.
 */
import { isRestError } from '@azure/arm-containerservice'
import { type ErrorCode, hasCode, KaitoError, type Phase, type Retryable } from '#core/errors.ts'
import { type ArmProblem, problemsIn, redact, redactText } from './arm-body.ts'
import type { Capture } from './capture.ts'
import { type HintContext, hintFor } from './hints.ts'

interface Verdict {
  code: ErrorCode
  retryable: Retryable
}

const verdict = (code: ErrorCode, retryable: Retryable): Verdict => ({ code, retryable })
const QUOTA = verdict('QUOTA_EXCEEDED', 'elsewhere')
const CAPACITY = verdict('CAPACITY_UNAVAILABLE', 'elsewhere')
const BUSY = verdict('CONFLICT', 'later')
const CONFLICT = verdict('CONFLICT', 'no')
const NOT_OFFERED = verdict('INVALID_ARGUMENT', 'elsewhere')
const INVALID = verdict('INVALID_ARGUMENT', 'no')
const UNAVAILABLE = verdict('UNAVAILABLE', 'later')
const UNAUTHENTICATED = verdict('UNAUTHENTICATED', 'no')
const DENIED = verdict('PERMISSION_DENIED', 'no')
const NOT_FOUND = verdict('NOT_FOUND', 'no')
const THROTTLED = verdict('THROTTLED', 'later')
const UNKNOWN = verdict('UNKNOWN', 'no')

/** Codes that say one thing only. `OperationNotAllowed`, `BadRequest` and `Conflict` do not: text decides. */
const BY_CODE: readonly (readonly [RegExp, Verdict])[] = [
  [/quota/i, QUOTA],
  [/^(AllocationFailed|ZonalAllocationFailed|Overconstrained(Zonal)?AllocationRequest|SkuNotAvailable)$/i, CAPACITY],
  [/^(VMSizeNotSupported|VMSizeNotAllowed)$/i, NOT_OFFERED],
  [/^(AuthorizationFailed|LinkedAuthorizationFailed|Forbidden|RequestDisallowedByPolicy)$/i, DENIED],
  [/^(InvalidAuthenticationToken\w*|ExpiredAuthenticationToken|AuthenticationFailed|Unauthorized)$/i, UNAUTHENTICATED],
  [/^(SubscriptionNotFound|ResourceNotFound|ResourceGroupNotFound|ParentResourceNotFound|NotFound)$/i, NOT_FOUND],
  [/^(AnotherOperationInProgress|OperationPreempted|OriginalEtagNotExpect|PreconditionFailed|EtagMismatch)$/i, BUSY],
  [/^(ScopeLocked|PodDrainFailure|PropertyChangeNotAllowed)$/i, CONFLICT],
  [/^(TooManyRequests|\w*RequestsThrottled|Throttl\w+)$/i, THROTTLED],
  [/^(InvalidParameter|InvalidRequestContent|InvalidResource\w*|InvalidApiVersion\w*)$/i, INVALID],
  [/^(InternalServerError|InternalOperationError|ServiceUnavailable|GatewayTimeout|ServerTimeout)$/i, UNAVAILABLE],
]

const BY_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [/quota/i, QUOTA],
  [/another (\w+ )?operation|overrid+en and cancell?ed|preempted|in progress/i, BUSY],
  [/sufficient capacity|allocation failed|currently not available in location/i, CAPACITY],
  [/not (supported for|allowed in your) subscription|is not supported by AKS/i, NOT_OFFERED],
  [/AADSTS\d+/, UNAUTHENTICATED],
  [/does not have authorization/i, DENIED],
]

const BY_STATUS: Readonly<Record<number, Verdict>> = {
  400: INVALID,
  401: UNAUTHENTICATED,
  403: DENIED,
  404: NOT_FOUND,
  409: CONFLICT,
  412: BUSY,
  422: INVALID,
  429: THROTTLED,
}

function judge(problems: readonly ArmProblem[], status: number | undefined): Verdict {
  const inside = problems.toReversed()
  for (const problem of inside) {
    const row = BY_CODE.find(([pattern]) => pattern.test(problem.code))
    if (row !== undefined) return row[1]
  }
  for (const problem of inside) {
    const row = BY_TEXT.find(([pattern]) => pattern.test(problem.message))
    if (row !== undefined) return row[1]
  }
  if (status === undefined) return UNKNOWN
  return BY_STATUS[status] ?? (status >= 500 ? UNAVAILABLE : UNKNOWN)
}

const formatProblem = ({ code, message }: ArmProblem): string => (code === '' ? message : `${code}: ${message}`)

export interface AzureContext extends HintContext {
  phase: Phase
  /** What was being done: `create node pool x`. */
  action: string
}

/** The portable error for a body that Azure answered, be it a refusal or a failed operation. */
export function errorFromBody(body: unknown, status: number | undefined, context: AzureContext): KaitoError {
  const problems = problemsIn(body)
  const { code, retryable } = judge(problems, status)
  const innermost = problems.at(-1)
  const reason = innermost === undefined ? `HTTP ${status ?? '?'}` : formatProblem(innermost)
  return build({ code, retryable, reason, raw: redact(body) }, context)
}

/** Another operation is going on, of this pool or of its cluster. */
export function isBusy(error: unknown): error is KaitoError {
  return hasCode(error, 'CONFLICT') && error.retryable === 'later'
}

/** What the SDK's poller throws when the operation has failed, and not the request that asked for it. */
export function isOperationFailure(error: unknown): error is Error {
  return error instanceof Error && /long-running operation|Operation was canceled/.test(error.message)
}

/** Maps whatever a call to Azure threw. An abort and our own errors pass through as they are. */
export function mapAzureError(error: unknown, capture: Capture, context: AzureContext): unknown {
  if (error instanceof KaitoError) return error
  const { failure } = capture
  const status = isRestError(error) ? error.statusCode : undefined
  const isOperation = isOperationFailure(error)
  if (failure !== undefined && (status === failure.status || isOperation)) {
    return errorFromBody(failure.body, isOperation ? undefined : failure.status, context)
  }
  if (isRestError(error)) return errorFromRest(error, context)
  if (!(error instanceof Error)) return error
  if (/Authentication|Credential/.test(error.name)) return errorFromLogin(error, context)
  if (!isOperation) return error
  return errorFromBody({ error: { code: '', message: error.message } }, undefined, context)
}

function errorFromRest(
  error: { statusCode?: number; code?: string; message: string },
  context: AzureContext,
): KaitoError {
  const { statusCode, code = '', message } = error
  if (statusCode !== undefined) return errorFromBody({ error: { code, message } }, statusCode, context)
  return build({ ...UNAVAILABLE, reason: redactText(message), raw: { code } }, context)
}

function errorFromLogin(error: Error, context: AzureContext): KaitoError {
  return build({ ...UNAUTHENTICATED, reason: redactText(error.message), raw: { name: error.name } }, context)
}

const TITLES: Partial<Record<ErrorCode, string>> = {
  QUOTA_EXCEEDED: 'the quota of the subscription does not allow it',
  CAPACITY_UNAVAILABLE: 'Azure has no capacity for this machine type right now',
  UNAUTHENTICATED: 'Azure did not accept the sign-in',
  PERMISSION_DENIED: 'the identity lacks the right',
  THROTTLED: 'Azure asks to slow down',
  UNAVAILABLE: 'Azure cannot be reached or answers with an error of its own',
  NOT_FOUND: 'Azure does not find it',
  INVALID_ARGUMENT: 'Azure refuses the request',
}

interface Parts extends Verdict {
  reason: string
  raw: unknown
}

function build({ code, retryable, reason, raw }: Parts, context: AzureContext): KaitoError {
  const isWaiting = code === 'CONFLICT' && retryable === 'later'
  const title = isWaiting ? 'another operation is changing it' : (TITLES[code] ?? 'Azure refused')
  return new KaitoError({
    code,
    retryable,
    reason,
    raw,
    phase: context.phase,
    message: `Cannot ${context.action}: ${title}`,
    hint: hintFor(code, retryable, context),
    ...(context.pool === undefined ? {} : { resource: { kind: 'AgentPool', name: context.pool } }),
  })
}

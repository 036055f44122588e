/** The API server's Status objects and the network's failures → the portable codes. The only place that maps them. */
import { type Advice, advice, kubectl, setting } from '#core/advice.ts'
import { type ErrorCode, KaitoError, type Phase } from '#core/errors.ts'

interface StatusBody {
  message?: string
  reason?: string
  details?: {
    name?: string
    kind?: string
    retryAfterSeconds?: number
    causes?: { reason?: string; message?: string; field?: string }[]
  }
}

/** What was being done, for the message. */
export interface Attempt {
  verb: string
  kind: string
  name?: string
  namespace?: string
  phase: Phase
}

export function attemptOf(
  verb: string,
  ref: { kind: string; name?: string; namespace?: string },
  phase: Phase,
): Attempt {
  const { kind, name, namespace } = ref
  return {
    verb,
    kind,
    phase,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

function parseStatus(body: string): StatusBody {
  try {
    const parsed = JSON.parse(body) as StatusBody & { kind?: string }
    return parsed !== null && typeof parsed === 'object' ? parsed : {}
  } catch {
    return { message: body.slice(0, 500) }
  }
}

export function errorOf(status: number, body: string, attempt: Attempt): KaitoError {
  const answer = parseStatus(body)
  const what = attempt.name === undefined ? attempt.kind : `${attempt.kind}/${attempt.name}`
  const code = codeOf(status, answer)
  const fields = (answer.details?.causes ?? []).map(({ field, message }) => [field, message].filter(Boolean).join(': '))
  return new KaitoError({
    code,
    phase: attempt.phase,
    message: `${attempt.verb} ${what}${attempt.namespace === undefined ? '' : ` in namespace ${attempt.namespace}`}: ${TITLES[code] ?? 'failed'} (HTTP ${status}).`,
    hint: hintOf(code, answer, attempt),
    retryable: code === 'THROTTLED' || code === 'UNAVAILABLE' ? 'later' : 'no',
    raw: { status, ...answer },
    details: fields,
    ...(answer.message === undefined ? {} : { reason: answer.message }),
    ...(attempt.name === undefined
      ? {}
      : {
          resource: {
            kind: attempt.kind,
            name: attempt.name,
            ...(attempt.namespace === undefined ? {} : { namespace: attempt.namespace }),
          },
        }),
  })
}

const TITLES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'the cluster did not accept the credentials',
  PERMISSION_DENIED: 'not allowed',
  NOT_FOUND: 'not found',
  CONFLICT: 'someone else owns or changed it',
  INVALID_ARGUMENT: 'the API server refuses the object',
  THROTTLED: 'the API server asks to slow down',
  UNAVAILABLE: 'the API server failed',
}

const CODES: Record<number, ErrorCode> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'INVALID_ARGUMENT',
  429: 'THROTTLED',
}

function codeOf(status: number, answer: StatusBody): ErrorCode {
  // Refusals of PodSecurity, quotas and limits are 403 as well, but no right would change them.
  if (
    status === 403 &&
    /violates PodSecurity|exceeded quota|failed quota|admission webhook| usage per (Container|Pod) is /.test(
      answer.message ?? '',
    )
  )
    return 'POD_REFUSED'
  if (isOfOtherShape(status, answer.message)) return 'INVALID_ARGUMENT'
  return CODES[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNKNOWN')
}

/** An apply of a field that the kind has not is a 500 without a reason; no repetition helps. Source: managedfields/internal/structuredmerge.go. */
export function isOfOtherShape(status: number, text = ''): boolean {
  return status === 500 && /failed to (create typed patch|convert new) object \(/.test(text)
}

/** `create`, `serviceaccounts`: the API server names the right as RBAC does. */
function missingRight({ message = '' }: StatusBody): string[] | undefined {
  const [, verb, resource, group] = /cannot (\w+) resource "([^"]+)"(?: in API group "([^"]+)")?/.exec(message) ?? []
  if (verb === undefined || resource === undefined) return undefined
  const [plural, subresource] = resource.split('/')
  const full = group === undefined ? plural : `${plural}.${group}`
  return [verb, full ?? resource, ...(subresource === undefined ? [] : [`--subresource=${subresource}`])]
}

function hintOf(code: ErrorCode, answer: StatusBody, attempt: Attempt): Advice {
  const { kind, name = '', namespace } = attempt
  const where = namespace === undefined ? [] : ['-n', namespace]
  switch (code) {
    case 'UNAUTHENTICATED':
      return advice`Sign in again, or check the context: ${kubectl('config', 'current-context')}; ${kubectl('auth', 'whoami')}`
    case 'PERMISSION_DENIED':
      return advice`Ask for the right. To see when you have it: ${kubectl('auth', 'can-i', ...(missingRight(answer) ?? ['get', kind.toLowerCase()]), ...where)}`
    case 'NOT_FOUND':
      return /namespaces? "/.test(answer.message ?? '')
        ? advice`Create the namespace first: ${kubectl('create', 'namespace', namespace ?? 'NAME')}`
        : advice`See what is there: ${kubectl('get', kind.toLowerCase(), ...where)}`
    case 'CONFLICT':
      return advice`See who owns the fields: ${kubectl('get', kind.toLowerCase(), name, ...where, '-o', 'yaml', '--show-managed-fields')}; to take them over: ${setting('forceConflicts')}`
    case 'INVALID_ARGUMENT':
      return /immutable/.test(answer.message ?? '')
        ? advice`The field cannot be changed in place: ${kubectl('delete', kind.toLowerCase(), name, ...where)}, then run the same command again.`
        : 'The fields above are what the API server refuses.'
    default:
      return 'Run the same command again in a moment.'
  }
}

/** No answer at all: refused, timed out, TLS, DNS. */
export function unreachable(server: string, error: unknown): KaitoError {
  const { code, message } = error as NodeJS.ErrnoException
  return new KaitoError({
    code: 'UNAVAILABLE',
    phase: 'plan',
    message: `The API server ${server} cannot be reached.`,
    reason: code === undefined ? message : `${code}: ${message}`,
    hint: advice`Is it the right cluster? ${kubectl('config', 'current-context')}; ${kubectl('version')}`,
    retryable: 'later',
    cause: error,
  })
}

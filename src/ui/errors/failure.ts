/** Whatever was thrown → what goes to stderr. */

import { isSaid } from '#core/advice.ts'
import { type ExitCode, exitCodeFor, KaitoError, type KaitoErrorFields } from '#core/errors.ts'
import { errorsIn, SeveralErrors } from '#core/several-errors.ts'
import { formatEvent } from '../progress/json.ts'
import { NEW_SHELL, type Say, sayAdvice, wordDeep } from '../text/advice-text.ts'
import { type ColorRequest, createColors } from '../text/colors.ts'
import { type Redactor, redactDeep } from '../text/redact.ts'
import { wrapText } from '../text/wrap.ts'
import { type ErrorJson, errorJson } from './error-json.ts'
import { formatBug, formatError } from './error-text.ts'

export interface FailureOptions extends ColorRequest {
  redact: Redactor
  exitCode: ExitCode
  /** `event`: JSON too, as the last line of JSON progress. */
  form: 'text' | 'json' | 'event'
  now: Date
  isVerbose: boolean
  version: string
}

const plainly: Say = (advice) => sayAdvice(advice, NEW_SHELL)

/** The same failure, with its next steps as they are typed in one's shell. */
export function inWords<E>(error: E, say: Say): E | KaitoError | SeveralErrors {
  if (error instanceof SeveralErrors) return new SeveralErrors(error.errors.map((each) => inWords(each, say)))
  if (!(error instanceof KaitoError) || !isToWord(error)) return error
  const { hint, details, problems, left, undo, goOn, cause, stack = '' } = error
  const told = error.with({
    ...wordDeep<Partial<KaitoErrorFields>>({ hint, details, problems, left, ...commandsOf({ undo, goOn }) }, say),
    cause,
  })
  told.stack = stack
  return told
}

function isToWord({ hint, details, problems, left, undo, goOn }: KaitoError): boolean {
  return [hint, undo, goOn, ...details, ...left, ...problems.flatMap((each) => Object.values(each))].some(isSaid)
}

function commandsOf({ undo, goOn }: Pick<KaitoError, 'undo' | 'goOn'>): Pick<KaitoErrorFields, 'undo' | 'goOn'> {
  return { ...(undo === undefined ? {} : { undo }), ...(goOn === undefined ? {} : { goOn }) }
}

/** Text that ends with a line break: JSON on one line, or lines for people. Holds no secret. */
export function formatFailure(error: unknown, options: FailureOptions): string {
  const { redact } = options
  const at = options.now.toISOString()
  if (options.form !== 'text') {
    const said = redactDeep(failureJson(error, options.exitCode), redact)
    return options.form === 'json' ? `${JSON.stringify(said)}\n` : formatEvent({ type: 'failed', at, ...said })
  }
  const blocks = errorsIn(error).map((each) => failureText(each, options).join('\n'))
  return `${wrapText(blocks.join('\n\n'), options.stream.columns)}\n`
}

/** The gravest stands for all of them, as the exit code does; `errors` has each. */
function failureJson(error: unknown, exitCode: ExitCode): ErrorJson & { errors?: ErrorJson[] } {
  if (!(error instanceof SeveralErrors)) return errorJson(error, exitCode, plainly)
  const errors = error.errors.map((each) => errorJson(each, exitCodeFor(each), plainly))
  return { ...errorJson(error.gravest, exitCode, plainly), errors }
}

function failureText(error: unknown, { redact, isVerbose, version, ...rest }: FailureOptions): string[] {
  const colors = createColors(rest)
  return error instanceof KaitoError
    ? formatError(withoutSecrets(error, redact), { isVerbose, say: plainly, colors })
    : formatBug(withoutSecretsInStack(error, redact), version, colors)
}

function withoutSecrets(error: KaitoError, redact: Redactor): KaitoError {
  const { message, hint, details, problems, left, undo, goOn, raw, reason, resource } = error
  const safe = error.with({
    ...redactDeep({ message, hint, details, problems, left, ...commandsOf({ undo, goOn }), raw }, redact),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(resource === undefined ? {} : { resource: redactDeep(resource, redact) }),
    cause: withoutSecretsInStack(error.cause, redact),
  })
  safe.stack = redact(error.stack ?? '')
  return safe
}

function withoutSecretsInStack(error: unknown, redact: Redactor): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redact(error) : error
  const safe = new Error(redact(error.message))
  safe.name = error.name
  safe.stack = redact(error.stack ?? '')
  return safe
}

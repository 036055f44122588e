/** What planning finds, each where the input has what it is about. */
import { advice, joined } from '../advice.ts'
import type { ErrorCode, KaitoError } from '../errors.ts'
import { ABOUT_MACHINE, ABOUT_MODEL, type About, type Problem, problem } from '../problem.ts'
import type { WorkspacePlaces, WorkspaceSpec } from '../workspace/spec.ts'
import type { PlanProblems } from './problems.ts'

/** Nothing that follows from what is refused in the same place already. */
export function placeProblems(
  { errors, warnings }: PlanProblems,
  spec: WorkspaceSpec,
  places: WorkspacePlaces,
): Problem[] {
  return [
    ...warnings.flatMap(({ code, message, about }) =>
      placed(code, message, about, spec, places, { severity: 'warning' }),
    ),
    ...errors.flatMap((error) =>
      placed(ruleOf(error), error.message, error.input ?? ABOUT[error.code], spec, places, {
        ...(error.details.length === 0 ? {} : { allowed: joined(error.details, '; ') }),
        hint: error.hint,
      }),
    ),
  ]
}

function placed(
  rule: string,
  message: Problem['message'],
  about: About | undefined,
  spec: WorkspaceSpec,
  places: WorkspacePlaces,
  more: Partial<Problem>,
): Problem[] {
  const subject = about === ABOUT_MACHINE && spec.resource.instanceType === undefined ? ABOUT_MODEL : about
  if (subject !== undefined && places.isRefused(subject)) return []
  const at = subject === undefined ? undefined : places.placeOf(subject)
  if (at === undefined) return [problem(rule, advice`${spec.name}: ${message}`, places.name, more)]
  const { path, ...place } = at
  return [problem(rule, message, place, { path, ...more })]
}

/** What each error is about where it does not say; all others are about the workspace. */
const ABOUT: Readonly<Partial<Record<ErrorCode, About>>> = {
  NO_FIT: ABOUT_MACHINE,
  PREFLIGHT_REFUSED: ABOUT_MACHINE,
  SPEC_INVALID: ABOUT_MODEL,
}

function ruleOf({ code, input }: KaitoError): string {
  if (code !== 'USAGE' || input === undefined) return code.toLowerCase().replaceAll('_', '-')
  return 'flag' in input ? 'engine-flag' : 'not-available'
}

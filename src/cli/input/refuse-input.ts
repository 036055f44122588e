/** What is wrong with files, and with what is asked of them, is told in one go: as lint tells it. */
import { advice, kaito } from '#core/advice.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import { throwAll } from '#core/plan/engine-flags.ts'
import type { Problem } from '#core/problem.ts'
import type { WorkspacePlaces } from '#core/workspace/spec.ts'
import { inputProblems, type OfflineSupply, standingOffline } from '#pipeline/prepare/offline.ts'
import type { DeployRequest } from '#pipeline/prepared.ts'
import type { WorkspaceOptions } from '../flags/workspace-options.ts'

interface Read {
  /** Of the files. */
  problems: readonly Problem[]
  /** Of each workspace; absent where no file was read. */
  places?: readonly WorkspacePlaces[]
}

/** Throws what is so on every cluster; beside it stands everything else that can be said without one. */
export async function refuseStanding(
  { problems, places }: Read,
  requests: readonly DeployRequest[],
  supply: OfflineSupply,
  { filename = [] }: WorkspaceOptions,
): Promise<void> {
  const standing = await allStanding(requests, supply)
  if (places === undefined) throwAll(standing)
  else if (standing.length > 0 || problems.some(isError))
    refuseInvalid(await inputProblems({ problems, places }, requests, supply), filename)
}

/** Throws all that is wrong where there is no cluster to be asked. */
export async function refuseOffline(
  { problems, places }: Read,
  requests: readonly DeployRequest[],
  supply: OfflineSupply,
  { filename = [] }: WorkspaceOptions,
): Promise<void> {
  if (places === undefined) throwAll(await allStanding(requests, supply))
  else refuseInvalid(await inputProblems({ problems, places }, requests, supply), filename)
}

async function allStanding(requests: readonly DeployRequest[], supply: OfflineSupply): Promise<KaitoError[]> {
  return (await Promise.all(requests.map((request) => standingOffline(request, supply)))).flat()
}

export function refuseInvalid(problems: readonly Problem[], files: readonly string[]): void {
  const errors = problems.filter(isError)
  if (errors.length === 0) return
  const [file = 'FILE', ...others] = files
  throw new KaitoError({
    code: codeOf(errors),
    phase: 'spec',
    message: `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'} in the input.`,
    hint: advice`Fix the lines above, then check again: ${kaito('lint', { settings: { filename: others.length === 0 ? file : 'FILE' } })}`,
    problems,
  })
}

const OWN_CODES: Readonly<Record<string, ErrorCode>> = {
  'unknown-model': 'UNKNOWN_MODEL',
  'no-fit': 'NO_FIT',
  'preflight-refused': 'PREFLIGHT_REFUSED',
}

/** Where all are of one kind, that kind's. */
function codeOf(errors: readonly Problem[]): ErrorCode {
  const rules = new Set(errors.map(({ rule }) => rule))
  const [only = ''] = rules
  return (rules.size === 1 ? OWN_CODES[only] : undefined) ?? 'SPEC_INVALID'
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

import { advice, joined, kaito } from '#core/advice.ts'
import { EXAMPLE_CLOUD } from '#core/cloud/ids.ts'
import { KaitoError } from '#core/errors.ts'
import type { Supply } from '#core/plan/engine.ts'
import { type Problem, type ProblemPlace, problem } from '#core/problem.ts'
import type { LintResult } from '#core/results.ts'
import type { WorkspacePlaces } from '#core/workspace/spec.ts'
import { problemsOffline } from '#pipeline/prepare/offline.ts'
import type { DeployRequest } from '#pipeline/prepared.ts'
import type { CommandSpec } from '../command.ts'
import { addWorkspaceOptions, type WorkspaceOptions } from '../flags/options.ts'
import { readPatches, readWorkspaces, requestsOf, supplyOf } from '../input/requests.ts'

export const lintCommand: CommandSpec<WorkspaceOptions> = {
  name: 'lint',
  argument: { syntax: '[file]', description: 'the file, when it is not given with -f' },
  summary: 'check workspace files: every problem at once; needs no cluster and no network',
  group: 'Check',
  reports: ['sarif', 'junit'],
  examples: [
    { args: 'lint -f workspace.yaml', says: 'Every problem with its line, or nothing' },
    { args: `lint -f workspace.yaml --cloud ${EXAMPLE_CLOUD}`, says: 'Also whether the model fits a machine there' },
    {
      args: 'lint -f workspace.yaml -o sarif',
      says: 'For code scanning; -o junit for test reports, -o json for an editor',
    },
  ],
  options: addWorkspaceOptions,
  async run(file, options, session) {
    const files = [...(options.filename ?? []), ...(file === undefined ? [] : [file])]
    if (files.length === 0) {
      throw new KaitoError({
        code: 'USAGE',
        phase: 'spec',
        message: 'lint needs a file.',
        hint: advice`For example: ${kaito('lint', { settings: { filename: 'workspace.yaml' } })}`,
      })
    }
    const { input, draft, problems, files: read } = await readWorkspaces(files, session.io, session.registries.engines)
    const workspaces = input?.workspaces.map((spec) => spec.name) ?? []
    const supply = await supplyOf(session)
    const patches = await readPatches(options, session.io)
    const requests = requestsOf({ input: draft, patches, warnings: [] }, options, session.options, 'default')
    const planning: Problem[] = []
    for (const [index, request] of requests.entries()) {
      const places = draft.places[index]
      if (places !== undefined) planning.push(...(await planningProblems(request, places, supply)))
    }
    // What is no name at all is no unknown name as well.
    const found = [...problems, ...planning.filter((problem) => !problems.some((p) => isSamePlace(p, problem)))]
    const result: LintResult = {
      kind: 'Lint',
      files: read,
      problems: found,
      workspaces,
    }
    session.print([result])
    return found.some((p) => p.severity === 'error') ? 2 : 0
  },
}

/** What only planning finds: an unknown model, an instance type that is too small. */
async function planningProblems(request: DeployRequest, places: WorkspacePlaces, supply: Supply): Promise<Problem[]> {
  const { name } = request.spec
  const { errors, warnings } = await problemsOffline(request, supply)
  const at = (code: string): ProblemPlace => places[ABOUT[code] ?? 'name']
  return [
    ...warnings.map(({ code, message }) =>
      problem(code, advice`${name}: ${message}`, at(code), { severity: 'warning' }),
    ),
    ...errors.map(({ code, message, details, hint }) =>
      problem(code.toLowerCase().replaceAll('_', '-'), `${name}: ${message}`, at(code), {
        ...(details.length === 0 ? {} : { allowed: joined(details, '; ') }),
        hint,
      }),
    ),
  ]
}

/** What each is about; all others are about the workspace. */
const ABOUT: Readonly<Record<string, keyof WorkspacePlaces>> = {
  UNKNOWN_MODEL: 'model',
  NO_FIT: 'machine',
  PREFLIGHT_REFUSED: 'machine',
  'instance-type-unknown': 'machine',
}

function isSamePlace(one: Problem, other: Problem): boolean {
  return one.severity === 'error' && one.file === other.file && one.line === other.line && one.column === other.column
}

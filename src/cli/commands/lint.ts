import { KaitoError } from '#core/errors.ts'
import type { LintResult } from '#core/results.ts'
import type { Problem } from '#core/workspace/spec.ts'
import { readCatalogWith } from '#data/read-data.ts'
import { planOffline } from '#pipeline/offline.ts'
import type { CommandSpec } from '../command.ts'
import { addWorkspaceOptions, type WorkspaceOptions } from '../options.ts'
import { readPatches, readWorkspaces, requestsOf } from '../requests.ts'

export const lintCommand: CommandSpec<WorkspaceOptions> = {
  name: 'lint',
  argument: { syntax: '[file]', description: 'the file, when it is not given with -f' },
  summary: 'check workspace files: every problem at once; needs no cluster and no network',
  group: 'Check',
  reports: ['sarif', 'junit'],
  examples: [
    { args: 'lint -f workspace.yaml', says: 'Every problem with its line, or nothing' },
    { args: 'lint -f workspace.yaml --cloud azure', says: 'Also whether the model fits a machine there' },
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
        hint: 'For example: kaito lint -f workspace.yaml',
      })
    }
    const { input, problems, files: read } = await readWorkspaces(files, session.io)
    const workspaces = input?.workspaces.map((spec) => spec.name) ?? []
    const found: Problem[] = [...problems]
    if (input !== undefined) {
      const catalog = readCatalogWith(session.options.presets)
      const patches = await readPatches(options, session.io)
      requestsOf({ input, patches, warnings: [] }, options, session.options, 'default').forEach((request, index) => {
        const place = input.places?.[index] ?? { file: files[0] ?? '' }
        found.push(...planProblems(() => planOffline(request, catalog).warnings, place, request.spec.name))
      })
    }
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
function planProblems(
  plan: () => { code: string; message: string }[],
  place: Pick<Problem, 'file' | 'line' | 'column'>,
  name: string,
): Problem[] {
  try {
    return plan().map(({ code, message }) => ({
      severity: 'warning',
      rule: code,
      message: `${name}: ${message}`,
      ...place,
    }))
  } catch (error) {
    if (!(error instanceof KaitoError)) throw error
    return [
      {
        severity: 'error',
        rule: error.code.toLowerCase().replaceAll('_', '-'),
        message: `${name}: ${error.message}`,
        ...place,
        ...(error.details.length === 0 ? {} : { allowed: error.details.join('; ') }),
        hint: error.hint,
      },
    ]
  }
}

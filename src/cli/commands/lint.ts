import { advice, kaito } from '#core/advice.ts'
import { EXAMPLE_CLOUD } from '#core/cloud/ids.ts'
import { KaitoError } from '#core/errors.ts'
import { inputProblems } from '#pipeline/prepare/offline.ts'
import type { CommandSpec } from '../command.ts'
import {
  addCloudOptions,
  addMachineOptions,
  addServingOptions,
  addSourceOptions,
  type WorkspaceOptions,
} from '../flags/workspace-options.ts'
import { readPatches, readWorkspaces } from '../input/read-input.ts'
import { renderSupplyOf, requestsOf, sameNameProblems } from '../input/requests.ts'

export const lintCommand: CommandSpec<WorkspaceOptions> = {
  name: 'lint',
  argument: { syntax: '[files...]', description: 'files or directories, instead of -f' },
  summary: 'check workspace files and report every problem at once; works offline',
  group: 'Check',
  reports: ['sarif', 'junit'],
  examples: [
    { args: 'lint -f workspace.yaml', says: 'Every problem with its line' },
    {
      args: `lint -f workspace.yaml --cloud ${EXAMPLE_CLOUD}`,
      says: 'And whether the model fits a machine in that cloud',
    },
    {
      args: 'lint -f workspace.yaml -o sarif',
      says: 'For code scanning; -o junit for test reports, -o json for an editor',
    },
  ],
  options: (command) => addServingOptions(addMachineOptions(addCloudOptions(addSourceOptions(command)))),
  async run(words, options, session) {
    const files = [...(options.filename ?? []), ...words]
    if (files.length === 0) {
      throw new KaitoError({
        code: 'USAGE',
        phase: 'spec',
        message: 'lint needs a file.',
        hint: advice`For example: ${kaito('lint', { settings: { filename: 'workspace.yaml' } })}`,
      })
    }
    const { engines } = session.registries
    const read = await readWorkspaces(files, session.io, engines, options.recursive)
    const { input, draft } = read
    const { places } = draft
    const patches = await readPatches(options, session.io)
    const { problems } = read
    const requests = requestsOf({ input: draft, patches, problems }, options, session.options, 'default')
    const same = session.options.namespace === undefined ? [] : sameNameProblems(requests, places)
    const all = { problems: [...problems, ...same], places }
    const found = await inputProblems(all, requests, await renderSupplyOf(session))
    const workspaces = input?.workspaces.map((spec) => spec.name) ?? []
    session.print([{ kind: 'Lint', files: read.files, problems: found, workspaces }])
    return found.some((p) => p.severity === 'error') ? 2 : 0
  },
}

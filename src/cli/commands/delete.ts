import { destroyAll } from '#pipeline/runs/several/delete-all.ts'
import type { CommandSpec } from '../command.ts'
import { addWorkspaceOptions, type WorkspaceOptions } from '../flags/options.ts'
import { addSeveralOptions, isTable, type SeveralOptions } from '../flags/several.ts'
import { removalsFor } from '../input/requests.ts'
import { confirmDelete } from '../terminal/confirm.ts'

export const deleteCommand: CommandSpec<WorkspaceOptions & SeveralOptions> = {
  name: 'delete',
  argument: { syntax: '[name]', description: 'name of the workspace' },
  summary: 'remove a workspace and its node pool, and prove that nothing that bills is left',
  group: 'Remove',
  examples: [
    { args: 'delete mistral-7b --yes', says: 'Workload, node pool, everything; exit 8 if anything is left' },
    {
      args: 'delete -f workspace.yaml --yes',
      says: 'The workspaces of a file; Secrets, ConfigMaps and PVCs in it stay',
    },
    { args: 'delete mistral-7b --yes -o json', says: 'With the list of what was deleted and kept as JSON' },
  ],
  options: (command) => addSeveralOptions(addWorkspaceOptions(command)),
  async run(name, options, session) {
    const { removals, ports } = await removalsFor(name, options, session)
    const { waitLock, failFast } = options
    const { results, ends, failure } = await destroyAll(
      removals,
      { waitLock, failFast, confirm: (found) => confirmDelete(found, session) },
      ports,
    )
    if (results.length > 0 || isTable(ends, session)) session.print(results, { ends })
    if (failure !== undefined) throw failure.error
    return 0
  },
}

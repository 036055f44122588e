import { destroy } from '#pipeline/runs/delete.ts'
import type { CommandSpec } from '../command.ts'
import { addWorkspaceOptions, type WorkspaceOptions } from '../flags/options.ts'
import { removalsFor } from '../input/requests.ts'
import { confirmDelete } from '../terminal/confirm.ts'

export const deleteCommand: CommandSpec<WorkspaceOptions & { waitLock: boolean }> = {
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
  options: (command) =>
    addWorkspaceOptions(command).option('--wait-lock', 'when another run holds the workspace, wait for it', false),
  async run(name, options, session) {
    const { removals, ports } = await removalsFor(name, options, session)
    const results = []
    for (const request of removals) {
      results.push(
        await destroy(
          request,
          { waitLock: options.waitLock, confirm: (found) => confirmDelete(found, session) },
          ports,
        ),
      )
    }
    session.print(results)
    return 0
  },
}

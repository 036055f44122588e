import { destroyAll } from '#pipeline/runs/several/delete-all.ts'
import type { CommandSpec } from '../command.ts'
import { Flag } from '../flags/flag.ts'
import { addSeveralOptions, type SeveralOptions } from '../flags/several.ts'
import { addPlaceOptions, addSourceOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { removalsFor } from '../input/removals.ts'
import { printSeveral } from '../print-several.ts'
import { confirmDelete } from '../terminal/confirm.ts'

export const deleteCommand: CommandSpec<WorkspaceOptions & SeveralOptions & { ignoreNotFound: boolean }> = {
  name: 'delete',
  argument: { syntax: '[names...]', description: 'workspace names, also as -o name prints them' },
  summary: 'delete workspaces and their node pools, and verify that nothing is left that costs money',
  group: 'Delete',
  examples: [
    { args: 'delete mistral-7b --yes', says: 'Workload, node pool, everything; exit code 8 if anything is left' },
    {
      args: 'delete -f workspace.yaml --yes --ignore-not-found',
      says: 'The workspaces in a file, if they exist; its Secrets, ConfigMaps and PVCs are kept',
    },
    { args: 'delete mistral-7b --yes -o json', says: 'With what was deleted and what was kept, as JSON' },
  ],
  options: (command) =>
    addSeveralOptions(addPlaceOptions(addSourceOptions(command)))
      .addOption(
        new Flag('--name <name>', 'name of the workspace, if its file was deployed with --name').env('KAITO_NAME'),
      )
      .option('--ignore-not-found', 'do not fail if a workspace does not exist', false),
  async run(words, options, session) {
    const { removals, ports } = await removalsFor(words, options, session)
    const { waitLock, failFast, ignoreNotFound } = options
    const done = await destroyAll(
      removals,
      { waitLock, failFast, ignoreNotFound, confirm: (found) => confirmDelete(found, session) },
      ports,
    )
    return printSeveral(done, session)
  },
}

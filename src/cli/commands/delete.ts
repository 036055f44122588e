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
  argument: { syntax: '[names...]', description: 'names of workspaces, also as -o name prints them' },
  summary: 'remove workspaces and their node pools, and prove that nothing that bills is left',
  group: 'Remove',
  examples: [
    { args: 'delete mistral-7b --yes', says: 'Workload, node pool, everything; exit 8 if anything is left' },
    {
      args: 'delete -f workspace.yaml --yes --ignore-not-found',
      says: 'The workspaces of a file, as far as they are there; Secrets, ConfigMaps and PVCs in it stay',
    },
    { args: 'delete mistral-7b --yes -o json', says: 'With the list of what was deleted and kept as JSON' },
  ],
  options: (command) =>
    addSeveralOptions(addPlaceOptions(addSourceOptions(command)))
      .addOption(
        new Flag('--name <name>', 'of the workspace of a file that was deployed with --name').env('KAITO_NAME'),
      )
      .option('--ignore-not-found', 'a workspace that is not there is no failure', false),
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

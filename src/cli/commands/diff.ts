import { type DiffResult, isPoolMade, leftBy } from '#core/results.ts'
import { prepare } from '#pipeline/prepare/prepare.ts'
import { planResultOf, tellWarnings } from '#pipeline/prepare/result.ts'
import { nameError, portsFor } from '#pipeline/runs/several/named.ts'
import type { CommandSpec } from '../command.ts'
import { addClusterOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { requestsFor, showWarnings } from '../input/requests.ts'

export const diffCommand: CommandSpec<WorkspaceOptions> = {
  name: 'diff',
  argument: { syntax: '[model]', description: 'model name, for example mistral-7b' },
  summary: 'show what deploy would change; exit code 0 for no changes, 1 for changes',
  group: 'Check',
  onBug: 70,
  examples: [
    { args: 'diff mistral-7b', says: "Does the cluster match the model's preset" },
    { args: 'diff -f workspace.yaml', says: 'What would a change in the file do' },
    { args: 'diff mistral-7b --max-model-len 8192 -o name', says: 'Just the names of the objects that would change' },
  ],
  options: addClusterOptions,
  async run([model], options, session) {
    const { requests, ports } = await requestsFor(model, options, session)
    showWarnings(requests.warnings, session)
    const { items } = requests
    const results: DiffResult[] = []
    for (const request of items) {
      const own = portsFor(request, items, ports)
      const prepared = await prepare(request, own).catch((error: unknown) => {
        throw nameError(error, request, items)
      })
      tellWarnings(prepared.plan, own)
      const { pool, changes } = planResultOf(prepared)
      const hasChanges = isPoolMade(pool) || leftBy(pool).length > 0 || changes.some((c) => c.change !== 'unchanged')
      results.push({ kind: 'Diff', workspace: prepared.plan.objectName, hasChanges, pool, changes })
    }
    session.print(results)
    return results.some((result) => result.hasChanges) ? 1 : 0
  },
}

import type { Ports } from '#pipeline/ports.ts'
import { askEach } from '#pipeline/runs/several/ask-each.ts'
import { awaitReady } from '#pipeline/runs/wait.ts'
import type { CommandSpec } from '../command.ts'
import { type NamedWorkspace, workspacesNamed } from '../input/workspace-names.ts'

export const waitCommand: CommandSpec<Record<string, never>> = {
  name: 'wait',
  argument: { syntax: '<names...>', description: 'workspace names' },
  summary: 'wait until workspaces answer or fail',
  group: 'Inspect',
  examples: [
    { args: 'wait mistral-7b', says: 'Exit code 0 once it has answered, 6 with the cause if it failed' },
    { args: 'wait mistral-7b --timeout 30m', says: 'At most half an hour; then exit code 7' },
    { args: 'wait mistral-7b -q -o name', says: 'In a script' },
  ],
  async run(words, _options, session) {
    const workspaces = await workspacesNamed(words, session)
    const wait = (of: NamedWorkspace, own: Ports) => awaitReady(of.objectName, of.namespace, own)
    const { answer, failure } = await askEach(workspaces, wait, await session.ports())
    if (answer !== undefined) session.print([{ kind: 'Status', ...answer }])
    if (failure !== undefined) throw failure.error
    return 0
  },
}

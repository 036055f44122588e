import { objectNameFor } from '#core/workspace/object-name.ts'
import { awaitReady } from '#pipeline/runs/wait.ts'
import type { CommandSpec } from '../command.ts'

export const waitCommand: CommandSpec<Record<string, never>> = {
  name: 'wait',
  argument: { syntax: '<name>', description: 'name of the workspace' },
  summary: 'wait until a workspace answers, or cannot any more',
  group: 'Look',
  examples: [
    { args: 'wait mistral-7b', says: 'Exit 0 when it has answered, 6 with the cause when it cannot' },
    { args: 'wait mistral-7b --timeout 30m', says: 'At most half an hour; 7 when that is over' },
    { args: 'wait mistral-7b -q -o name', says: 'In a script' },
  ],
  async run(name, _options, session) {
    const ports = await session.ports()
    const answer = await awaitReady(
      objectNameFor(name ?? '', session.registries.engines),
      ports.kube.identity().namespace,
      ports,
    )
    session.print([{ kind: 'Status', ...answer }])
    return 0
  },
}

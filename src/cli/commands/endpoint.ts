import { objectNameFor } from '#core/workspace/object-name.ts'
import { endpointOf } from '#pipeline/address.ts'
import { readStatus } from '#pipeline/status.ts'
import type { CommandSpec } from '../command.ts'

export const endpointCommand: CommandSpec<Record<string, never>> = {
  name: 'endpoint',
  argument: { syntax: '<name>', description: 'name of the workspace' },
  summary: 'show where the endpoint is: URL, model name, a curl that works',
  group: 'Look',
  examples: [
    { args: 'endpoint mistral-7b', says: 'URL, model name, and the commands to reach it' },
    { args: 'endpoint mistral-7b -o name', says: 'The URL alone' },
    { args: 'endpoint mistral-7b -o json', says: 'For a script' },
  ],
  async run(name, _options, session) {
    const ports = await session.ports()
    const { namespace } = ports.kube.identity()
    const objectName = objectNameFor(name ?? '')
    const { workspaces } = await readStatus({ namespace, objectName, deep: false }, ports)
    const [workspace] = workspaces
    session.print([
      {
        kind: 'Endpoint',
        endpoint: endpointOf(objectName, namespace, {
          servedModelName: workspace?.servedModelName ?? '',
          chat: workspace?.chat ?? false,
        }),
      },
    ])
    if (workspace?.phase === 'Ready') return 0
    session.emit({
      type: 'warning',
      phase: 'watch',
      code: 'not-ready',
      message: `The workspace is ${workspace?.phase}: ${workspace?.message}`,
    })
    return 6
  },
}

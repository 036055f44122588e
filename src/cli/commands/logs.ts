import { Option } from 'commander'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { followLogs } from '#pipeline/runs/follow-logs.ts'
import { readLogs } from '#pipeline/use/logs.ts'
import type { CommandSpec } from '../command.ts'
import { parseCount } from '../flags/options.ts'
import { logWriterOf } from '../terminal/writers.ts'

export const logsCommand: CommandSpec<{ follow: boolean; previous: boolean; tail?: number }> = {
  name: 'logs',
  argument: { syntax: '<name>', description: 'name of the workspace' },
  summary: "print the engine's log",
  group: 'Look',
  isStream: true,
  examples: [
    { args: 'logs mistral-7b', says: 'What the engine has said so far' },
    { args: 'logs mistral-7b --tail 50', says: 'Only the last lines' },
    { args: 'logs mistral-7b --previous', says: 'Of the container that crashed before this one' },
  ],
  options: (command) =>
    command
      .option('-f, --follow', 'go on printing as lines come, over restarts and new pods, until Ctrl-C', false)
      .addOption(
        new Option('--previous', 'the log of the container before the last restart').default(false).conflicts('follow'),
      )
      .option('--tail <lines>', 'only the last lines', parseCount),
  async run(name, options, session) {
    const ports = await session.ports()
    const { follow, previous, tail } = options
    const request = {
      objectName: objectNameFor(name ?? '', session.registries.engines),
      namespace: ports.kube.identity().namespace,
      ...(tail === undefined ? {} : { tailLines: tail }),
    }
    const write = logWriterOf(session)
    if (follow) return session.untilInterrupted(followLogs(request, write, ports))
    await readLogs({ ...request, previous }, write, ports)
    return 0
  },
}

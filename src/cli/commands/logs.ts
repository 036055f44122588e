import { Option } from 'commander'
import { followLogs } from '#pipeline/runs/follow-logs.ts'
import { readLogs } from '#pipeline/use/logs.ts'
import type { CommandSpec } from '../command.ts'
import { parseCount, parseDuration } from '../flags/values.ts'
import { workspaceNamed } from '../input/workspace-names.ts'
import { logWriterOf } from '../terminal/writers.ts'

interface LogsFlags {
  follow: boolean
  previous: boolean
  timestamps: boolean
  tail?: number
  /** Milliseconds. */
  since?: number
}

export const logsCommand: CommandSpec<LogsFlags> = {
  name: 'logs',
  argument: { syntax: '<name>', description: 'name of the workspace' },
  summary: "print the engine's log",
  group: 'Look',
  isStream: true,
  examples: [
    { args: 'logs mistral-7b', says: 'What the engine has said so far' },
    { args: 'logs mistral-7b --since 10m --timestamps', says: 'Of the last ten minutes, with the time of each line' },
    { args: 'logs mistral-7b --previous', says: 'Of the container that crashed before this one' },
  ],
  options: (command) =>
    command
      .option('-f, --follow', 'go on printing as lines come, over restarts and new pods, until Ctrl-C', false)
      .addOption(
        new Option('-p, --previous', 'the log of the container before the last restart')
          .default(false)
          .conflicts('follow'),
      )
      .option('--tail <lines>', 'only the last lines', parseCount)
      .option('--since <duration>', 'only what is not older: 30s, 10m, 2h', parseDuration)
      .option('--timestamps', 'each line with the time at which the node got it', false),
  async run([name], options, session) {
    const named = await workspaceNamed(name, session)
    const ports = await session.ports()
    const { follow, previous, timestamps, tail, since = 0 } = options
    const request = {
      ...named,
      isStamped: timestamps,
      ...(tail === undefined ? {} : { tailLines: tail }),
      ...(since === 0 ? {} : { sinceSeconds: Math.ceil(since / 1_000) }),
    }
    const write = logWriterOf(session)
    if (follow) return session.untilInterrupted(followLogs(request, write, ports))
    await readLogs({ ...request, previous }, write, ports)
    return 0
  },
}

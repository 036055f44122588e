import { Option } from 'commander'
import type { Ports } from '#pipeline/ports.ts'
import { followLogs } from '#pipeline/runs/follow-logs.ts'
import { goOnWithEach, tryEach } from '#pipeline/runs/several/try-each.ts'
import { readLogs } from '#pipeline/use/logs.ts'
import type { CommandSpec } from '../command.ts'
import { parseCount, parseDuration } from '../flags/values.ts'
import { type NamedWorkspace, workspacesNamed } from '../input/workspace-names.ts'
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
  argument: { syntax: '<names...>', description: 'workspace names' },
  summary: "print the engine's logs",
  group: 'Inspect',
  forms: ['text'],
  examples: [
    { args: 'logs mistral-7b', says: 'Everything so far' },
    { args: 'logs mistral-7b --since 10m --timestamps', says: 'The last ten minutes, with timestamps' },
    { args: 'logs mistral-7b --previous', says: 'From the container that crashed before this one' },
  ],
  options: (command) =>
    command
      .option('-f, --follow', 'follow the logs, across restarts and new pods, until Ctrl-C', false)
      .addOption(
        new Option('-p, --previous', 'print the logs from before the last restart').default(false).conflicts('follow'),
      )
      .option('--tail <lines>', 'print only the last lines', parseCount)
      .option('--since <duration>', 'print only lines newer than 30s, 10m, 2h', parseDuration)
      .option('--timestamps', 'print a timestamp on each line', false),
  async run(words, options, session) {
    const workspaces = await workspacesNamed(words, session)
    const ports = await session.ports()
    const { follow, previous, timestamps, tail, since = 0 } = options
    const how = {
      isStamped: timestamps,
      isOfSeveral: workspaces.length > 1,
      ...(tail === undefined ? {} : { tailLines: tail }),
      ...(since === 0 ? {} : { sinceSeconds: Math.ceil(since / 1_000) }),
    }
    const write = logWriterOf(session)
    const followOne = (of: NamedWorkspace, own: Ports) => followLogs({ ...of, ...how }, write, own)
    if (follow) return session.untilInterrupted(goOnWithEach(workspaces, followOne, ports))
    const readOne = async (of: NamedWorkspace, own: Ports): Promise<string[]> => {
      const logs: string[] = []
      await readLogs({ ...of, ...how, previous }, (text) => logs.push(text), own)
      return logs
    }
    const { done, failure } = await tryEach(workspaces, readOne, ports)
    for (const text of done.flat()) write(text)
    if (failure !== undefined) throw failure.error
    return 0
  },
}

import type { EventBody } from '#core/events.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { readStatus, type StatusAnswer } from '#pipeline/runs/status.ts'
import { watchStatus } from '#pipeline/runs/watch-status.ts'
import type { CommandSpec } from '../command.ts'

interface StatusFlags {
  allNamespaces: boolean
  deep: boolean
  watch: boolean
}

/** Between two questions of `--deep --watch`. */
const ASK_MS = 30_000

export const statusCommand: CommandSpec<StatusFlags> = {
  name: 'status',
  argument: { syntax: '[name]', description: 'name of the workspace (default: all of the namespace)' },
  summary: 'show workspaces: ready or not and why, replicas, nodes, price, age',
  group: 'Look',
  examples: [
    { args: 'status', says: 'Every workspace of the namespace' },
    { args: 'status mistral-7b --deep', says: 'One of them, and ask its endpoint again' },
    { args: 'status -A -o json', says: 'All namespaces, for a script' },
  ],
  options: (command) =>
    command
      .option('-A, --all-namespaces', 'look in every namespace', false)
      .option('--deep', 'ask every pod and the Service again, as deploy does', false)
      .option('-w, --watch', 'show it again whenever it changes, until Ctrl-C', false),
  async run(name, options, session) {
    const ports = await session.ports()
    const request = {
      namespace: options.allNamespaces ? undefined : ports.kube.identity().namespace,
      objectName: name === undefined ? undefined : objectNameFor(name, session.registries.engines),
      deep: options.deep,
    }
    if (options.watch) {
      session.emit(watching())
      let isFirst = true
      const show = (answer: StatusAnswer): void => {
        session.print([{ kind: 'Status', ...answer }], { isAgain: !isFirst })
        isFirst = false
      }
      return session.untilInterrupted(watchStatus({ ...request, askMs: ASK_MS }, show, ports))
    }
    const answer = await readStatus(request, ports)
    session.print([{ kind: 'Status', ...answer }])
    const isBroken = answer.workspaces.some((w) => w.verifications?.some((v) => v.outcome === 'failed'))
    return isBroken ? 6 : 0
  },
}

function watching(): EventBody {
  const detail = 'shows it again whenever it changes; Ctrl-C ends it'
  return { type: 'step.progress', phase: 'watch', subject: 'status', state: 'watching', detail }
}

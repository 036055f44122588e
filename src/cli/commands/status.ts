import { type ExitCode, KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import { askEach } from '#pipeline/runs/several/ask-each.ts'
import { readStatus, type StatusAnswer, type StatusRequest } from '#pipeline/runs/status.ts'
import { watchStatus } from '#pipeline/runs/watch-status.ts'
import type { CommandSpec } from '../command.ts'
import { workspacesNamed } from '../input/workspace-names.ts'
import type { Session } from '../session.ts'

interface StatusFlags {
  allNamespaces: boolean
  deep: boolean
  watch: boolean
}

/** Between two questions of `--deep --watch`. */
const ASK_MS = 30_000

export const statusCommand: CommandSpec<StatusFlags> = {
  name: 'status',
  argument: { syntax: '[names...]', description: 'names of workspaces (default: all of the namespace)' },
  summary: 'show workspaces: ready or not and why, replicas, nodes, price, age',
  group: 'Look',
  examples: [
    { args: 'status', says: 'Every workspace of the namespace' },
    { args: 'status mistral-7b --deep', says: 'One of them, and ask its endpoint again' },
    { args: 'status -A -o name', says: 'Of all namespaces, as delete, wait and the others take them' },
  ],
  options: (command) =>
    command
      .option('-A, --all-namespaces', 'look in every namespace', false)
      .option('--deep', 'ask every pod and the Service again, as deploy does', false)
      .option('-w, --watch', 'show it again whenever it changes, until Ctrl-C', false),
  async run(words, options, session) {
    const requests = await requestsOf(words, options, session)
    if (options.watch) return watch(requests, session)
    const { answer, failure } = await askEach(requests, readStatus, await session.ports())
    if (answer !== undefined) session.print([{ kind: 'Status', ...answer }])
    if (failure !== undefined) throw failure.error
    const isBroken = answer?.workspaces.some((w) => w.verifications?.some((v) => v.outcome === 'failed'))
    return isBroken === true ? 6 : 0
  },
}

async function requestsOf(
  words: readonly string[],
  { allNamespaces, deep }: StatusFlags,
  session: Session,
): Promise<StatusRequest[]> {
  const named = await workspacesNamed(words, session, allNamespaces)
  const { namespace } = (await session.ports()).kube.identity()
  const asked = words.length === 0 ? [{ namespace, objectName: undefined }] : named
  return asked.map((each) => ({ ...each, ...(allNamespaces ? { namespace: undefined } : {}), deep }))
}

async function watch(requests: readonly StatusRequest[], session: Session): Promise<ExitCode> {
  const [request, ...more] = requests
  if (request === undefined || more.length > 0) throw watchesOne()
  const ports = await session.ports()
  session.emit(watching())
  let isFirst = true
  const show = (answer: StatusAnswer): void => {
    session.print([{ kind: 'Status', ...answer }], { isAgain: !isFirst })
    isFirst = false
  }
  return session.untilInterrupted(watchStatus({ ...request, askMs: ASK_MS }, show, ports))
}

function watchesOne(): KaitoError {
  const message = '--watch shows one workspace, or all of a namespace.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message, hint: 'Name one, or none.' })
}

function watching(): EventBody {
  const detail = 'shows it again whenever it changes; Ctrl-C ends it'
  return { type: 'step.progress', phase: 'watch', subject: 'status', state: 'watching', detail }
}

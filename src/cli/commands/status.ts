import { Option } from 'commander'
import { type ExitCode, KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { LabelSelector } from '#core/objects/label-selector.ts'
import { askEach } from '#pipeline/runs/several/ask-each.ts'
import { readStatus, type StatusAnswer, type StatusRequest } from '#pipeline/runs/status.ts'
import { watchStatus } from '#pipeline/runs/watch-status.ts'
import type { CommandSpec } from '../command.ts'
import { parseSelector } from '../flags/values.ts'
import { workspacesNamed } from '../input/workspace-names.ts'
import type { Session } from '../session.ts'

type StatusForm = NonNullable<NonNullable<Parameters<Session['print']>[1]>['status']>

interface StatusFlags {
  allNamespaces: boolean
  deep: boolean
  headers: boolean
  selector?: LabelSelector
  watch: boolean
}

/** Between two questions of `--deep --watch`. */
const ASK_MS = 30_000

export const statusCommand: CommandSpec<StatusFlags> = {
  name: 'status',
  argument: { syntax: '[names...]', description: 'workspace names (default: all in the namespace)' },
  summary: 'show workspaces: ready or why not, replicas, nodes, price, age',
  group: 'Inspect',
  reports: ['wide'],
  examples: [
    { args: 'status -A -o wide', says: 'Every workspace in the cluster, with machine, nodes and URL' },
    { args: 'status mistral-7b --deep', says: 'One workspace in detail; its endpoint is checked again' },
    { args: 'status -l team=search -o name', says: 'By label, as names for delete, wait and the others' },
  ],
  options: (command) =>
    command
      .option('-A, --all-namespaces', 'show workspaces in all namespaces', false)
      .addOption(
        new Option('-l, --selector <labels>', 'label selector: team=search, env in (dev,prod)').argParser(
          parseSelector,
        ),
      )
      .option('--no-headers', 'print rows only, without headers and notes')
      .option('--deep', 'check every pod and the Service again, as deploy does', false)
      .option('-w, --watch', 'print the status whenever it changes, until Ctrl-C', false),
  async run(words, options, session) {
    const requests = await requestsOf(words, options, session)
    if (options.watch) return watch(requests, formFor(words, options), session)
    const { answer, failure } = await askEach(requests, readStatus, await session.ports())
    if (answer !== undefined) session.print([{ kind: 'Status', ...answer }], { status: formFor(words, options) })
    if (failure !== undefined) throw failure.error
    const isBroken = answer?.workspaces.some((w) => w.verifications?.some((v) => v.outcome === 'failed'))
    return isBroken === true ? 6 : 0
  },
}

/** Those that were looked for are a list, however many there are; one that was named has a page. */
function formFor(words: readonly string[], { headers }: StatusFlags): StatusForm {
  return { isTable: words.length !== 1 || !headers, isBare: !headers }
}

async function requestsOf(
  words: readonly string[],
  { allNamespaces, deep, selector }: StatusFlags,
  session: Session,
): Promise<StatusRequest[]> {
  if (words.length > 0 && selector !== undefined) throw namesOrLabels()
  const named = await workspacesNamed(words, session, allNamespaces)
  const { namespace } = (await session.ports()).kube.identity()
  const asked = words.length === 0 ? [{ namespace, objectName: undefined }] : named
  return asked.map((each) => ({ ...each, ...(allNamespaces ? { namespace: undefined } : {}), deep, selector }))
}

async function watch(requests: readonly StatusRequest[], status: StatusForm, session: Session): Promise<ExitCode> {
  const [request, ...more] = requests
  if (request === undefined || more.length > 0) throw watchesOne()
  const ports = await session.ports()
  session.emit(watching())
  let isFirst = true
  const show = (answer: StatusAnswer): void => {
    session.print([{ kind: 'Status', ...answer }], { isAgain: !isFirst, status })
    isFirst = false
  }
  return session.untilInterrupted(watchStatus({ ...request, askMs: ASK_MS }, show, ports))
}

function namesOrLabels(): KaitoError {
  const message = 'Give names or --selector, not both.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message, hint: 'See: kaito status --help' })
}

function watchesOne(): KaitoError {
  const message = '--watch takes one workspace, or none for all in the namespace.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message, hint: 'Give one name, or none.' })
}

function watching(): EventBody {
  const detail = 'prints the status whenever it changes; Ctrl-C stops'
  return { type: 'step.progress', phase: 'watch', subject: 'status', state: 'watching', detail }
}

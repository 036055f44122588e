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
  argument: { syntax: '[names...]', description: 'names of workspaces (default: all of the namespace)' },
  summary: 'show workspaces: ready or not and why, replicas, nodes, price, age',
  group: 'Look',
  reports: ['wide'],
  examples: [
    { args: 'status -A -o wide', says: 'Every workspace of the cluster, with machine, nodes and URL' },
    { args: 'status mistral-7b --deep', says: 'All about one, after asking its endpoint again' },
    { args: 'status -l team=search -o name', says: 'By label; as delete, wait and the others take them' },
  ],
  options: (command) =>
    command
      .option('-A, --all-namespaces', 'look in every namespace', false)
      .addOption(
        new Option('-l, --selector <labels>', 'only those with these labels: team=search, env in (dev,prod)').argParser(
          parseSelector,
        ),
      )
      .option('--no-headers', 'rows alone: no header and no notes')
      .option('--deep', 'ask every pod and the Service again, as deploy does', false)
      .option('-w, --watch', 'show it again whenever it changes, until Ctrl-C', false),
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
  const message = '--watch shows one workspace, or all of a namespace.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message, hint: 'Name one, or none.' })
}

function watching(): EventBody {
  const detail = 'shows it again whenever it changes; Ctrl-C ends it'
  return { type: 'step.progress', phase: 'watch', subject: 'status', state: 'watching', detail }
}

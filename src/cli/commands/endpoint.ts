import { Option } from 'commander'
import { advice, kaito } from '#core/advice.ts'
import { type ExitCode, KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { EndpointResult } from '#core/results.ts'
import type { WorkspaceStatus } from '#core/status/workspace-status.ts'
import type { Ports } from '#pipeline/ports.ts'
import { askEach } from '#pipeline/runs/several/ask-each.ts'
import { goOnWithEach } from '#pipeline/runs/several/try-each.ts'
import { readStatus } from '#pipeline/runs/status.ts'
import { watchStatus } from '#pipeline/runs/watch-status.ts'
import { endpointOf } from '#pipeline/use/address.ts'
import { forwardLocally } from '#pipeline/use/forward.ts'
import type { CommandSpec } from '../command.ts'
import { parseNumber } from '../flags/values.ts'
import { type NamedWorkspace, workspacesNamed } from '../input/workspace-names.ts'
import type { Session } from '../session.ts'

/** Between two questions of `--watch`. */
const ASK_MS = 10_000

interface EndpointFlags {
  forward: boolean
  port: number
  watch: boolean
}

export const endpointCommand: CommandSpec<EndpointFlags> = {
  name: 'endpoint',
  argument: { syntax: '<names...>', description: 'workspace names; one with --forward' },
  summary: 'show the endpoint: URL, model name, a curl command; or forward it to this machine',
  group: 'Inspect',
  examples: [
    { args: 'endpoint mistral-7b', says: 'URL, model name, and commands to reach it' },
    { args: 'endpoint mistral-7b -o name', says: 'Just the URL' },
    { args: 'endpoint mistral-7b -o json', says: 'For a script' },
  ],
  options: (command) =>
    command
      .option('--forward', 'forward it to http://127.0.0.1:PORT/v1 until Ctrl-C, across pod restarts', false)
      .addOption(
        new Option('--port <port>', 'local port for --forward; 0 picks a free one')
          .argParser(parseNumber)
          .default(8000),
      )
      .addOption(
        new Option('-w, --watch', 'report whenever it starts or stops answering, until Ctrl-C')
          .default(false)
          .conflicts('forward'),
      ),
  async run(words, options, session) {
    const workspaces = await workspacesNamed(words, session)
    const ports = await session.ports()
    if (options.watch) {
      const watch = (of: NamedWorkspace, own: Ports) => watchOne(of, session, own)
      return session.untilInterrupted(goOnWithEach(workspaces, watch, ports))
    }
    if (options.forward) return forward(workspaces, options.port, session)
    const read = (of: NamedWorkspace, own: Ports) => readStatus({ ...of, deep: false }, own)
    const { answer, failure } = await askEach(workspaces, read, ports)
    const found = answer?.workspaces ?? []
    if (found.length > 0) session.print(found.map(endpointIn), { isList: workspaces.length > 1 })
    const isSilent = found.filter((each) => warnUnlessReady(each, session)).length > 0
    if (failure !== undefined) throw failure.error
    return isSilent ? 6 : 0
  },
}

async function watchOne(of: NamedWorkspace, session: Session, ports: Ports): Promise<never> {
  let before: boolean | undefined
  const show = ({ workspaces: [workspace] }: { workspaces: WorkspaceStatus[] }): void => {
    if (workspace === undefined || isAnswering(workspace) === before) return
    before = isAnswering(workspace)
    if (before) session.print([endpointIn(workspace)])
    else ports.emit(silent(workspace))
  }
  return watchStatus({ ...of, deep: true, askMs: ASK_MS }, show, ports)
}

async function forward([of, ...more]: readonly NamedWorkspace[], port: number, session: Session): Promise<ExitCode> {
  if (of === undefined || more.length > 0) throw forwardsOne()
  const ports = await session.ports()
  const [workspace] = (await readStatus({ ...of, deep: false }, ports)).workspaces
  if (workspace === undefined) throw new Error(`readStatus gives no status of ${of.objectName}`)
  refuseWhenDead(workspace, session)
  const onOpen = (localPort: number): void => announce(localPort, workspace, session)
  return session.untilInterrupted(forwardLocally({ ...of, localPort: port }, onOpen, ports))
}

function endpointIn(workspace: WorkspaceStatus): EndpointResult {
  const { workspace: name, namespace, servedModelName = '', chat = false, apiKeySecret } = workspace
  return { kind: 'Endpoint', endpoint: endpointOf(name, namespace, { servedModelName, chat, apiKeySecret }) }
}

/** Another replica that comes or goes does not end that. Where nobody may ask, the cluster's word must do. */
function isAnswering({ phase, verifications = [] }: WorkspaceStatus): boolean {
  if (phase === 'Stopped' || verifications.some(({ outcome }) => outcome === 'failed')) return false
  return phase === 'Ready' || verifications.some(({ check, outcome }) => check === 'health' && outcome === 'ok')
}

function silent({ workspace, phase, message, verifications = [] }: WorkspaceStatus): EventBody {
  const found = verifications.find(({ outcome }) => outcome === 'failed')?.detail ?? message
  const words = advice`The endpoint does not answer; ${workspace} is ${phase}: ${found}`
  return { type: 'warning', phase: 'watch', code: 'not-answering', message: words }
}

/** True when it was not Ready. */
function warnUnlessReady({ workspace, phase, message }: WorkspaceStatus, session: Session): boolean {
  if (phase === 'Ready') return false
  session.emit({
    type: 'warning',
    phase: 'watch',
    code: 'not-ready',
    message: advice`${workspace} is ${phase}: ${message}`,
  })
  return true
}

function forwardsOne(): KaitoError {
  const message = '--forward takes one workspace.'
  return new KaitoError({ code: 'USAGE', phase: 'spec', message, hint: 'Give one name.' })
}

/** To one that only starts, the port leads as soon as it is Ready. */
function refuseWhenDead(
  { workspace: name, namespace, phase, message, replicas }: WorkspaceStatus,
  session: Session,
): void {
  if (!['Failed', 'Stopped'].includes(phase) || replicas.ready > 0) return
  throw new KaitoError({
    code: 'NOT_ANSWERING',
    phase: 'verify',
    message: `Nothing to forward to: the workspace is ${phase}: ${session.say(message)}`,
    hint: advice`See why: ${kaito('status', { workspace: name, namespace })}`,
  })
}

/** The URL is the result; everything else about it goes to stderr. */
function announce(port: number, workspace: WorkspaceStatus, session: Session): void {
  const { workspace: name, namespace, servedModelName } = workspace
  const localUrl = `http://127.0.0.1:${port}/v1`
  const { kind, endpoint } = endpointIn(workspace)
  if (session.options.output === 'json' || session.options.output === 'yaml')
    session.print([{ kind, endpoint: { ...endpoint, localUrl } }])
  else session.io.stdout.write(`${localUrl}\n`)
  warnUnlessReady(workspace, session)
  session.emit({
    type: 'step.progress',
    phase: 'verify',
    subject: `127.0.0.1:${port}`,
    state: 'open',
    detail: `forwards to the Ready pods of ${name} in namespace ${namespace}, model ${servedModelName}; Ctrl-C stops`,
  })
}

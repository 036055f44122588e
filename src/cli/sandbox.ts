/** The command line's side of the sandbox: started when it is asked for, told how to behave, always announced. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import { type DeployResult, isPoolMade, type SandboxResult } from '#core/results.ts'
import type { findSandbox } from '#sandbox/client.ts'
import { findDrill } from '#sandbox/drills.ts'
import type { Places } from '#sandbox/places.ts'
import type { Io } from './io.ts'
import type { GlobalOptions } from './options.ts'
import type { Session } from './session.ts'
import { VERSION } from './version.ts'

type RunningSandbox = NonNullable<Awaited<ReturnType<typeof findSandbox>>>
type Settings = RunningSandbox['state']['settings']

export interface OpenedSandbox {
  kubeconfig: string
  kubectlConfig: string
  armUrl: string
  speed: number
}

/** Without a request for so long, the process ends; its state stays. */
export const IDLE_MS = 30 * 60_000
/** For a model server on this machine to say which models it has. */
const ENGINE_MS = 2_000
/** For a busy sandbox. */
const LOOK_MS = 5_000
/** What a process that outlives the command needs of the environment: no secrets. */
const KEPT = ['PATH', 'HOME', 'XDG_STATE_HOME', 'NODE_EXTRA_CA_CERTS', 'SystemRoot', 'USERPROFILE']

export function wantsSandbox({ sandbox, drill, sandboxSpeed, sandboxEngine }: GlobalOptions): boolean {
  const isRehearsed = drill !== undefined && drill !== 'none'
  return sandbox === true || isRehearsed || sandboxSpeed !== undefined || sandboxEngine !== undefined
}

export async function useSandbox(
  options: GlobalOptions,
  io: Io,
  emit: (event: EventBody) => void,
  signal: AbortSignal,
): Promise<OpenedSandbox> {
  if (options.context !== undefined || options.kubeconfig !== undefined) throw twoClusters(options)
  const { kubeconfig, kubectlConfig, armUrl, state, isNew } = await ensureSandbox(io, IDLE_MS, { emit, signal })
  const settings = await changeSettings(options, state.settings, io)
  // At length where it is news.
  const isNews = isNew || options.drill !== undefined || !isDeepStrictEqual(settings, state.settings)
  const message = isNews ? `Sandbox: ${describeSettings(settings)}.` : 'The cluster is simulated.'
  if (!options.quiet) emit({ type: 'warning', phase: 'plan', code: 'sandbox', message })
  return { kubeconfig, kubectlConfig, armUrl, speed: settings.speed }
}

function describeSettings({ speed, engine, drill }: Settings): string {
  return [
    'cluster, cloud and GPUs are simulated on this machine, and nothing is billed',
    ...(speed === 1 ? [] : [`time runs ${speed} times faster`]),
    engine === null ? 'answers are scripted' : `${engine} answers`,
    ...(drill === null ? [] : [`drill: ${drill}`]),
  ].join('; ')
}

/** What the flags say of how it behaves. */
export async function changeSettings(options: GlobalOptions, before: Settings, io: Io): Promise<Settings> {
  const { drill, sandboxSpeed, sandboxEngine } = options
  const { changeSandbox } = await import('#sandbox/client.ts')
  try {
    if (sandboxEngine !== undefined && sandboxEngine !== before.engine) await askEngine(sandboxEngine)
    return await changeSandbox(io.env, {
      ...(drill === undefined ? {} : { drill: drill === 'none' ? null : drill }),
      ...(sandboxSpeed === undefined ? {} : { speed: sandboxSpeed }),
      ...(sandboxEngine === undefined ? {} : { engine: sandboxEngine === 'none' ? null : sandboxEngine }),
    })
  } catch (error) {
    throw refused(error)
  }
}

/** Before it is kept: every answer would come from there. What is no address of a server is left to the sandbox. */
async function askEngine(url: string): Promise<void> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return
  const models = `${url.replace(/\/+$/, '')}/models`
  const answer = await fetch(models, { signal: AbortSignal.timeout(ENGINE_MS) }).catch(() => undefined)
  if (answer?.ok === true) return
  const said = answer === undefined ? `nothing answers within ${ENGINE_MS / 1_000} s` : `it answers ${answer.status}`
  throw new Error(`no OpenAI-compatible server at ${url}: GET ${models}: ${said}`)
}

/** A drill fails what starts anew; a deploy that found everything in its place has rehearsed nothing. */
export function tellUnrehearsed(drill: string, results: readonly DeployResult[], { emit }: Session): void {
  const found = findDrill(drill)
  for (const { plan, pool, changes } of results) {
    const isUntouched = !isPoolMade(pool) && changes.every(({ change }) => change === 'unchanged')
    if (found === undefined || (found.code === undefined && !isUntouched)) continue
    const message = `The drill ${drill} was not rehearsed: what it makes fail was there already, and did not start anew. First: kaito delete ${plan.objectName} -n ${plan.namespace} --sandbox, or kaito sandbox reset`
    emit({ type: 'warning', phase: 'verify', code: 'drill-not-rehearsed', message })
  }
}

export async function resultOf(running: RunningSandbox, session: Session): Promise<SandboxResult> {
  const { pid, kubectlConfig: kubeconfig, state } = running
  const { settings, nodes, pods } = state
  const workspaces = await workspacesIn(running, session)
  const { placesOf } = await import('#sandbox/places.ts')
  // Written once, when it starts.
  const startedAt = statSync(placesOf(session.io.env).process).mtime.toISOString()
  return { kind: 'Sandbox', isRunning: true, pid, startedAt, kubeconfig, settings, nodes, pods, workspaces }
}

/** `namespace/name` of the workspaces in it, from the first moment of their deploy on. */
async function workspacesIn({ kubeconfig, state }: RunningSandbox, { io, signal }: Session): Promise<string[]> {
  const { connectCluster } = await import('#kube/connect.ts')
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)])
  const plugins = { isAttended: false, tell: () => undefined, signal: limit }
  const kube = await connectCluster({ env: {}, version: VERSION, onSecret: io.redact.learn, kubeconfig, plugins })
  try {
    const labelSelector = 'kaito.sh/workspace,app.kubernetes.io/component=root'
    const roots = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { signal: limit, labelSelector })
    return roots.map(({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kaito.sh/workspace']}`)
  } catch {
    // Its API server may be away: a rehearsal.
    signal.throwIfAborted()
    return state.workspaces
  } finally {
    await kube.close()
  }
}

/** A failure whose next step is typed into the sandbox, not into the cluster that the shell knows. */
export async function toldInSandbox<E>(error: E, io: Io): Promise<E | KaitoError> {
  if (!(error instanceof KaitoError)) return error
  const { placesOf } = await import('#sandbox/places.ts')
  const { kubectlConfig } = placesOf(io.env)
  return error.with({
    hint: error.hint
      .replaceAll(/\bkaito (?=(?:chat|delete|deploy|diff|endpoint|logs|plan|status|wait)\b)/g, 'kaito --sandbox ')
      .replaceAll(/\bkubectl (?=[a-z])/g, `kubectl --kubeconfig ${kubectlConfig} `),
  })
}

/** The sandbox that runs, or a new one. */
export async function ensureSandbox(io: Io, idleMs: number, { emit, signal }: Pick<Session, 'emit' | 'signal'>) {
  const { openSandbox } = await import('#sandbox/client.ts')
  const start = ({ folder, log }: Places): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const written = openSync(log, 'a', 0o600)
    const [, script = ''] = process.argv
    const child = spawn(process.execPath, [script, 'sandbox', 'serve', '--idle', `${Math.ceil(idleMs / 1_000)}s`], {
      detached: true,
      stdio: ['ignore', written, written],
      env: Object.fromEntries(KEPT.flatMap((key) => (io.env[key] === undefined ? [] : [[key, io.env[key]]]))),
    })
    child.on('error', () => undefined)
    child.unref()
    closeSync(written)
  }
  const opening = openSandbox(io.env, { version: VERSION, signal, start })
  const opened = await orUnavailable(opening, 'Read that file; to begin anew: kaito sandbox reset')
  const { setAside } = opened.state
  if (opened.isNew && setAside.length > 0) {
    const message = `What the sandbox held could not be read, and it begins empty: ${setAside.join(' and ')}.`
    emit({ type: 'warning', phase: 'plan', code: 'sandbox', message })
  }
  return opened
}

/** What its process does not do is no bug of the command that asked. */
export async function orUnavailable<T>(asked: Promise<T>, hint: string): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof KaitoError) throw error
    throw new KaitoError({
      code: 'UNAVAILABLE',
      phase: 'plan',
      message: error instanceof Error ? error.message : String(error),
      hint,
      cause: error,
    })
  }
}

function refused(error: unknown): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: error instanceof Error ? error.message : String(error),
    hint: 'See what there is: kaito deploy --help',
    cause: error,
  })
}

function twoClusters({ context }: GlobalOptions): KaitoError {
  const flag = context === undefined ? '--kubeconfig' : '--context'
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `The sandbox is a cluster of its own: ${flag} names another one.`,
    hint: `Give ${flag} or --sandbox (also KAITO_SANDBOX), not both.`,
  })
}

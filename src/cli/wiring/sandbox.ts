/** The command line's side of the sandbox: started when it is asked for, told how to behave, always announced. */

import { isDeepStrictEqual } from 'node:util'
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { findSandbox } from '#sandbox/client.ts'
import type { GlobalOptions } from '../flags/options.ts'
import type { Io } from '../terminal/io.ts'
import { ensureSandbox, IDLE_MS } from './sandbox-process.ts'

export type RunningSandbox = NonNullable<Awaited<ReturnType<typeof findSandbox>>>
type Settings = RunningSandbox['state']['settings']

export interface OpenedSandbox {
  kubeconfig: string
  kubectlConfig: string
  cloudEnv: Record<string, string>
  speed: number
}

/** For a model server on this machine to say which models it has. */
const ENGINE_MS = 2_000
/** For a busy sandbox. */
export const LOOK_MS = 5_000

export async function useSandbox(
  options: GlobalOptions,
  io: Io,
  emit: (event: EventBody) => void,
  signal: AbortSignal,
): Promise<OpenedSandbox> {
  if (options.context !== undefined || options.kubeconfig !== undefined) throw twoClusters(options)
  const { kubeconfig, kubectlConfig, cloudEnv, state, isNew } = await ensureSandbox(io, IDLE_MS, { emit, signal })
  const settings = await changeSettings(options, state.settings, io)
  // In full when something of it is new.
  const isNews = isNew || settings.drill !== null || !isDeepStrictEqual(settings, state.settings)
  const message = isNews ? `Sandbox: ${describeSettings(settings)}.` : 'The cluster is simulated.'
  if (!options.quiet) emit({ type: 'warning', phase: 'plan', code: 'sandbox', message })
  return { kubeconfig, kubectlConfig, cloudEnv, speed: settings.speed }
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

function refused(error: unknown): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: error instanceof Error ? error.message : String(error),
    hint: advice`See what there is: ${kaito('deploy', { settings: { help: true } })}`,
    cause: error,
  })
}

function twoClusters({ context }: GlobalOptions): KaitoError {
  const flag = context === undefined ? '--kubeconfig' : '--context'
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `${flag} names another cluster than the sandbox.`,
    hint: `Use ${flag} or --sandbox (KAITO_SANDBOX), not both.`,
  })
}

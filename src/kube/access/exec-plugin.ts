/**
 * Credential plugins, run as client-go runs them: client-node would keep from people what a plugin tells them, the code
 * of a device login for instance. Source: k8s.io/client-go/plugin/pkg/client/auth/exec/exec.go.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Authenticator } from '@kubernetes/client-node/dist/auth.js'
import { advice, kubectl } from '#core/advice.ts'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import { KaitoError } from '#core/errors.ts'
import { execInfo } from './exec-info.ts'
import type { ClusterEntry, ExecPlugin } from './kubeconfig.ts'
import { withoutOpaque } from './tell-secrets.ts'

/** Whoever runs kaito, as far as a plugin is concerned. */
export interface PluginHost {
  /** On a terminal, where a question is seen and answered. */
  isAttended: boolean
  /** What a plugin writes to stderr, line by line. */
  tell(line: string): void
  signal: AbortSignal
}

export interface PluginUse extends PluginHost {
  user: string
  env: NodeJS.ProcessEnv
  cluster: ClusterEntry['cluster']
  clouds: readonly CloudTraits[]
}

interface Credential {
  token?: string
  clientCertificateData?: string
  clientKeyData?: string
  expirationTimestamp?: string
}

interface Outcome {
  exit: number | NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A person needs as long as a device code is valid. */
const ATTENDED_MS = 15 * 60_000
const ALONE_MS = 60_000
/** A question ends without a new line. */
const QUESTION_MS = 200
const MAX_REASON = 2_000
const SIGN_IN_AGAIN = advice`Sign in again with the tool that wrote the kubeconfig, then check: ${kubectl('auth', 'whoami')}`

/** Asked once, and again when the credential has expired; a plugin that failed is not asked again. */
export function createPluginAuthenticator(plugin: ExecPlugin, use: PluginUse): Authenticator {
  let held: { credential: Promise<Credential>; untilMs: number } | undefined
  const obtain = (): Promise<Credential> => {
    if (held !== undefined && !(Date.now() >= held.untilMs)) return held.credential
    const credential = runPlugin(plugin, use)
    const next = { credential, untilMs: Number.POSITIVE_INFINITY }
    held = next
    credential.then(
      ({ expirationTimestamp }) => {
        if (expirationTimestamp !== undefined) next.untilMs = Date.parse(expirationTimestamp)
      },
      () => undefined,
    )
    return credential
  }
  return {
    isAuthProvider: ({ name }) => name === use.user,
    async applyAuthentication(_user, options) {
      const { token, clientCertificateData: cert, clientKeyData: key } = await obtain()
      if (cert !== undefined) Object.assign(options, { cert, key })
      if (token !== undefined)
        Object.assign(options, { headers: { ...options.headers, Authorization: `Bearer ${token}` } })
    },
  }
}

async function runPlugin(plugin: ExecPlugin, use: PluginUse): Promise<Credential> {
  use.signal.throwIfAborted()
  if (!plugin.command) throw failed(plugin, use, 'cannot be run', { reason: 'exec.command is empty', retryable: 'no' })
  if (plugin.interactiveMode === 'Always' && !use.isAttended)
    throw failed(plugin, use, 'asks questions (interactiveMode: Always), and there is no terminal', {
      hint: `Run the same command in a terminal, or ${signInAlone(use)}`,
    })
  const { exit, stdout, stderr } = await outcomeOf(plugin, use)
  if (exit !== 0)
    throw failed(plugin, use, 'gave no credentials', {
      reason: stderr === '' ? `it ended with ${exit} and said nothing` : withoutOpaque(stderr),
    })
  const answer = credentialIn(stdout, plugin)
  if (typeof answer === 'string') throw failed(plugin, use, 'gave no credentials', { reason: answer })
  return answer
}

function outcomeOf(plugin: ExecPlugin, use: PluginUse): Promise<Outcome> {
  const child = start(plugin, use)
  const [stdout, stderr]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  tellLines(child.stderr, use.tell)
  const limitMs = use.isAttended ? ATTENDED_MS : ALONE_MS
  return new Promise<Outcome>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      use.signal.removeEventListener('abort', onAbort)
    }
    // What it started may hold the pipes open: nobody waits for that.
    const stop = (reason: unknown): void => {
      end()
      child.kill()
      child.unref()
      child.stdout.destroy()
      child.stderr.destroy()
      reject(reason)
    }
    const onAbort = (): void => stop(use.signal.reason)
    const timer = setTimeout(() => stop(tooSlow(plugin, use, limitMs)), limitMs)
    use.signal.addEventListener('abort', onAbort)
    child.on('error', (error) => stop(notStarted(plugin, use, error)))
    child.on('close', (code, signal) => {
      end()
      resolve({ exit: code ?? signal, stdout: stdout.join(''), stderr: stderr.join('').trim().slice(-MAX_REASON) })
    })
  })
}

function start(plugin: ExecPlugin, use: PluginUse): ChildProcessByStdio<null, Readable, Readable> {
  const { command = '', args, env, interactiveMode } = plugin
  const isInteractive = use.isAttended && interactiveMode !== 'Never'
  return spawn(command, args ?? [], {
    env: {
      ...use.env,
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: execInfo(plugin, use.cluster, isInteractive),
    },
    stdio: [isInteractive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
  })
}

function tellLines(stream: Readable, tell: (line: string) => void): void {
  let rest = ''
  let question: NodeJS.Timeout | undefined
  const say = (lines: readonly string[]): void => {
    for (const line of lines) if (line.trim() !== '') tell(withoutOpaque(line.trimEnd()))
  }
  const flush = (): void => {
    say([rest])
    rest = ''
  }
  stream.on('data', (text: string) => {
    clearTimeout(question)
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    say(lines)
    question = setTimeout(flush, QUESTION_MS)
  })
  stream.on('close', () => {
    clearTimeout(question)
    flush()
  })
}

/** Or what is wrong with the answer. Its text is never quoted: it may hold a secret. */
function credentialIn(stdout: string, { apiVersion }: ExecPlugin): Credential | string {
  let answer: { apiVersion?: string; kind?: string; status?: Credential }
  try {
    answer = JSON.parse(stdout) as typeof answer
  } catch {
    return 'its answer is not JSON'
  }
  if (answer?.kind !== 'ExecCredential') return 'its answer is not an ExecCredential'
  if (answer.apiVersion !== apiVersion)
    return `the kubeconfig asks for ${apiVersion}, and it answered in ${answer.apiVersion}`
  const { token, clientCertificateData, clientKeyData } = answer.status ?? {}
  if (!token && !clientCertificateData) return 'its answer holds neither a token nor a certificate'
  if (!clientCertificateData !== !clientKeyData) return 'its answer holds half of a certificate and its key'
  return answer.status ?? {}
}

function failed(
  { command }: ExecPlugin,
  { user }: PluginUse,
  problem: string,
  more: { reason?: string; hint?: string; retryable?: 'no'; cause?: unknown },
): KaitoError {
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `The credential plugin ${command || '(none)'} of user ${user} ${problem}.`,
    hint: SIGN_IN_AGAIN,
    retryable: 'later',
    ...more,
  })
}

function signInAlone({ clouds }: PluginUse): string {
  const ways = clouds.flatMap(({ service, signInAlone: command }) =>
    command === undefined ? [] : `for ${service}: ${command}`,
  )
  return `choose a sign-in that asks nobody${ways.length === 0 ? '' : ` (${ways.join('; ')})`}.`
}

function notStarted(plugin: ExecPlugin, use: PluginUse, error: Error): KaitoError {
  const { command, installHint } = plugin
  const install = installHint?.trim() || `Install ${command}, or put it into PATH; the kubeconfig asks for it.`
  const isMissing = 'code' in error && error.code === 'ENOENT'
  const where = command?.includes('/') === true ? 'there is no such file' : 'it is not in PATH'
  return failed(plugin, use, 'cannot be run', {
    reason: isMissing ? where : error.message,
    cause: error,
    retryable: 'no',
    ...(isMissing ? { hint: install } : {}),
  })
}

function tooSlow(plugin: ExecPlugin, use: PluginUse, limitMs: number): KaitoError {
  return failed(plugin, use, `gave no credentials within ${limitMs / 60_000} min`, {
    hint: use.isAttended
      ? 'Run the same command again, and sign in while it waits.'
      : `Run it by hand to see what it waits for; without a terminal, ${signInAlone(use)}`,
  })
}

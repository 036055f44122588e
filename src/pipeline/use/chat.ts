/** A conversation with the endpoint of a workspace: each question goes over a port-forward to a pod that is Ready then. */
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { rootRef, workspaceSelector } from '#core/objects/labels.ts'
import { readRoot } from '#core/state/root.ts'
import { isPodReady } from '#core/status/rollout.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { answerOf, type Message, requestOf, type Said } from '#endpoint/conversation.ts'
import { headersOf, readAccess } from '../observe/api-key.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import { enginePorts } from './address.ts'

export interface ChatSettings {
  maxTokens?: number
  temperature?: number
}

export interface Chat {
  model: string
  /** The answer to the messages so far, as it is written. NOT_ANSWERING when none comes, or half of one. */
  say(messages: readonly Message[], settings: ChatSettings, signal: AbortSignal): AsyncIterable<Said>
}

/** Silence for this long ends an answer: a long prompt may take a while to be read. */
const SILENCE_MS = 120_000

interface Line {
  objectName: string
  namespace: string
  containerPort: number
  headers: Readonly<Record<string, string>>
}

export async function openChat(objectName: string, namespace: string, ports: Ports): Promise<Chat> {
  const { kube, signal } = ports
  const own = { signal, labelSelector: workspaceSelector(objectName) }
  const [root, pods, deployments] = await Promise.all([
    kube.get(rootRef(objectName, namespace), signal),
    listPods(objectName, namespace, ports),
    kube.list(kindIn(KINDS.deployment, namespace), own),
  ])
  const state = root === undefined ? undefined : readRoot(root)
  if (state === undefined) throw await unknownWorkspace(objectName, namespace, ports)
  if (!pods.some(isPodReady)) throw nobody(objectName, namespace)
  const { servedModelName: model, chat, apiKeySecret } = state.lock
  const headers = headersOf(await readAccess(apiKeySecret, namespace, ports))
  const { containerPort } = enginePorts(deployments, engineServing(state.spec.annotations, ports.engines))
  const line: Line = { objectName, namespace, headers, containerPort }
  return {
    model,
    say: (messages, settings, stop) => speak(line, { model, chat, messages, ...settings }, { ...ports, signal: stop }),
  }
}

function listPods(objectName: string, namespace: string, { kube, signal }: Ports): Promise<KubeObject[]> {
  const options = { signal, labelSelector: workspaceSelector(objectName) }
  return kube.list(kindIn(KINDS.pod, namespace), options)
}

async function* speak(line: Line, conversation: Parameters<typeof requestOf>[0], ports: Ports): AsyncIterable<Said> {
  const { objectName, namespace, containerPort, headers } = line
  const pod = (await listPods(objectName, namespace, ports)).find(isPodReady)
  if (pod === undefined) throw nobody(objectName, namespace)
  const { path, body } = requestOf(conversation)
  const forward = await ports.kube.portForward(refOf(pod), containerPort, ports.signal)
  try {
    const answer = await forward.stream({ method: 'POST', path, body, headers, timeoutMs: SILENCE_MS })
    if (answer.status === 200) yield* answerOf(answer.chunks)
    else throw refused({ ...answer, path }, await textOf(answer.chunks), conversation, line)
  } catch (error) {
    ports.signal.throwIfAborted()
    throw error instanceof KaitoError ? error : brokenOff(refOf(pod), error, line)
  } finally {
    await forward.close()
  }
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  const parts: string[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return parts.join('')
}

/** The engine takes another question: this one, or its flags, it refuses. */
function isRequestRefused(status: number): boolean {
  return status === 400 || status === 413 || status === 422
}

function refused(
  { status, path }: { status: number; path: string },
  body: string,
  { maxTokens }: ChatSettings,
  { objectName, namespace }: Line,
): KaitoError {
  const isRefused = isRequestRefused(status)
  const about = { workspace: objectName, namespace }
  const again =
    maxTokens === undefined
      ? advice`See the flags: ${kaito('chat', { settings: { help: true } })}; or start over: ${kaito('chat', about)}`
      : advice`Ask for less: ${kaito('chat', { ...about, settings: { maxTokens: 256 } })}`
  return new KaitoError({
    code: isRefused ? 'INVALID_ARGUMENT' : 'NOT_ANSWERING',
    phase: 'verify',
    message: isRefused
      ? `The engine refuses this request (${status} to POST ${path}).`
      : `The endpoint answered ${status} to POST ${path}.`,
    reason: wordsOf(body).slice(0, 2_000),
    hint: isRefused
      ? again
      : advice`See the engine's logs: ${kaito('logs', { workspace: objectName, namespace, settings: { tail: 50 } })}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

/** OpenAI's form of an error, or whatever it is. */
function wordsOf(body: string): string {
  return /"message":\s*"((?:[^"\\]|\\.)+)"/.exec(body)?.[1] ?? body
}

/** The network, the pod's end, or an engine that fails while it writes. */
function brokenOff(pod: ObjectRef, cause: unknown, { objectName, namespace }: Line): KaitoError {
  return new KaitoError({
    code: 'NOT_ANSWERING',
    phase: 'verify',
    message: `Pod/${pod.name} did not finish its answer.`,
    reason: cause instanceof Error ? cause.message : String(cause),
    hint: advice`See its status: ${kaito('status', { workspace: objectName, namespace })}; and the engine's logs: ${kaito('logs', { workspace: objectName, namespace, settings: { tail: 50 } })}`,
    retryable: 'later',
    resource: { kind: 'Workspace', name: objectName, namespace },
    cause,
  })
}

function nobody(name: string, namespace: string): KaitoError {
  return new KaitoError({
    code: 'NOT_ANSWERING',
    phase: 'verify',
    message: `No pod of workspace ${name} is Ready.`,
    hint: advice`See why: ${kaito('status', { workspace: name, namespace })}; or wait for it: ${kaito('wait', { workspace: name, namespace })}`,
    retryable: 'later',
    resource: { kind: 'Workspace', name, namespace },
  })
}

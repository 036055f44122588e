/** A conversation with the endpoint of a workspace, over a port-forward to one of its ready pods. */
import { KaitoError } from '#core/errors.ts'
import { refOf } from '#core/kube-object.ts'
import { readRoot, rootRef } from '#core/state/root.ts'
import { isPodReady } from '#core/status/rollout.ts'
import { type Message, requestOf, wordsOf } from '#endpoint/conversation.ts'
import type { PortForward } from '#kube/cluster.ts'
import { headersOf } from './access.ts'
import { enginePorts } from './address.ts'
import { readAccess } from './generated.ts'
import type { Ports } from './ports.ts'

export interface ChatSettings {
  maxTokens?: number
  temperature?: number
}

export interface Chat {
  model: string
  pod: string
  /** The answer to the messages so far, as it is written. */
  say(messages: readonly Message[], settings: ChatSettings): AsyncIterable<string>
  close(): Promise<void>
}

/** Silence for this long ends an answer: a long prompt may take a while to be read. */
const SILENCE_MS = 120_000

export async function openChat(objectName: string, namespace: string, ports: Ports): Promise<Chat> {
  const { kube, signal } = ports
  const own = { signal, labelSelector: `kaito.sh/workspace=${objectName}` }
  const [root, pods, deployments] = await Promise.all([
    kube.get(rootRef(objectName, namespace), signal),
    kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, own),
    kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }, own),
  ])
  const state = root === undefined ? undefined : readRoot(root)
  if (state === undefined) throw unknown(objectName, namespace)
  const pod = pods.find(isPodReady)
  if (pod === undefined) throw nobody(objectName, namespace)
  const forward = await kube.portForward(refOf(pod), enginePorts(deployments).containerPort, signal)
  const { servedModelName: model, chat, apiKeySecret } = state.lock
  const headers = headersOf(await readAccess(apiKeySecret, namespace, ports))
  return {
    model,
    pod: pod.metadata.name,
    say: (messages, settings) =>
      speak({ forward, headers, objectName, namespace }, { model, chat, messages, ...settings }),
    close: () => forward.close(),
  }
}

interface Line {
  forward: PortForward
  headers: Readonly<Record<string, string>>
  objectName: string
  namespace: string
}

async function* speak(
  { forward, headers, objectName, namespace }: Line,
  conversation: Parameters<typeof requestOf>[0],
): AsyncIterable<string> {
  const { path, body } = requestOf(conversation)
  const answer = await forward.stream({ method: 'POST', path, body, headers, timeoutMs: SILENCE_MS })
  if (answer.status === 200) {
    yield* wordsOf(answer.chunks)
    return
  }
  const parts: string[] = []
  for await (const chunk of answer.chunks) parts.push(chunk)
  throw new KaitoError({
    code: 'NOT_ANSWERING',
    phase: 'verify',
    message: `The endpoint answered ${answer.status} to POST ${path}.`,
    reason: parts.join('').slice(0, 2_000),
    hint: `Look at what the engine says: kaito logs ${objectName} -n ${namespace} --tail 50`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

function unknown(name: string, namespace: string): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'verify',
    message: `There is no workspace ${name} in namespace ${namespace}.`,
    hint: 'List what is there: kaito status -A',
    resource: { kind: 'Workspace', name, namespace },
  })
}

function nobody(name: string, namespace: string): KaitoError {
  return new KaitoError({
    code: 'NOT_ANSWERING',
    phase: 'verify',
    message: `No pod of workspace ${name} is Ready.`,
    hint: `See why: kaito status ${name} -n ${namespace}; or wait for it: kaito wait ${name} -n ${namespace}`,
    retryable: 'later',
    resource: { kind: 'Workspace', name, namespace },
  })
}

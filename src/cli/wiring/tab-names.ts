/** What a TAB gets to know of a cluster: in a moment or not at all. Nothing is started for it, nobody is asked, and what goes wrong is not told. */
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { componentSelector, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { TabQuestion } from '../completion/tab-question.ts'
import { wantsSandbox } from '../flags/options.ts'
import type { Io } from '../terminal/io.ts'
import { VERSION } from '../version.ts'

/** Whoever has pressed TAB waits no longer. */
const PATIENCE_MS = 2_000

export async function tabNames(question: TabQuestion, { env, redact }: Io): Promise<string[]> {
  const stop = new AbortController()
  const late = new Promise<string[]>((resolve) => {
    setTimeout(() => resolve([]), PATIENCE_MS).unref()
  })
  try {
    return await Promise.race([ask(question, { env, redact }, stop.signal), late])
  } catch {
    return []
  } finally {
    stop.abort()
  }
}

async function ask(
  { wants, options, isAnywhere }: TabQuestion,
  { env, redact }: Pick<Io, 'env' | 'redact'>,
  signal: AbortSignal,
): Promise<string[]> {
  const place = await placeOf(options, env)
  if (place === undefined) return []
  const { connectCluster } = await import('#kube/connect.ts')
  const plugins = { isAttended: false, tell: () => undefined, signal }
  const kube = await connectCluster({ ...place, version: VERSION, onSecret: redact.learn, plugins })
  try {
    if (wants === 'namespaces')
      return (await kube.list(KINDS.namespace, { signal })).map(({ metadata }) => metadata.name)
    const { namespace } = kube.identity()
    const kind = isAnywhere ? KINDS.configMap : kindIn(KINDS.configMap, namespace)
    return namesIn(await kube.list(kind, { signal, labelSelector: componentSelector('root', undefined) }))
  } finally {
    await kube.close()
  }
}

/** Undefined: a sandbox is meant, and none runs. */
async function placeOf(options: TabQuestion['options'], env: NodeJS.ProcessEnv) {
  const { context, namespace } = options
  const said = namespace === undefined ? {} : { namespace }
  if (wantsSandbox(options)) {
    const { findSandbox } = await import('#sandbox/client.ts')
    const running = await findSandbox(env)
    return running === undefined ? undefined : { ...said, env: {}, kubeconfig: running.kubeconfig }
  }
  const { kubeconfig } = options
  return {
    ...said,
    env,
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  }
}

function namesIn(roots: readonly KubeObject[]): string[] {
  return [...new Set(roots.flatMap(({ metadata }) => metadata.labels?.[WORKSPACE_LABEL] ?? []))].sort()
}

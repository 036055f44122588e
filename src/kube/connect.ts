/** kubeconfig → KubePort. The same files, contexts and in-cluster rules as kubectl. */
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js'
import { KaitoError } from '#core/errors.ts'
import { createClient } from './client.ts'
import type { ClusterIdentity, KubePort } from './cluster.ts'
import { applyTokenFiles } from './credentials.ts'
import { createPortForwarder } from './port-forward.ts'
import { proxyFor } from './proxy.ts'
import { createTransport } from './transport.ts'

export interface ConnectOptions {
  env: NodeJS.ProcessEnv
  version: string
  kubeconfig?: string
  context?: string
  namespace?: string
  isSimulated?: boolean
}

export async function connectCluster(options: ConnectOptions): Promise<KubePort> {
  const config = loadConfig(options)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw noCluster(config, options)
  useProxy(config, cluster, options.env)
  const identity: ClusterIdentity = {
    context: config.getCurrentContext(),
    server: withoutCredentials(cluster.server),
    namespace: options.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    ...(options.isSimulated === true ? { isSimulated: true } : {}),
  }
  const transport = await createTransport(config, cluster.server, `kaito/${options.version}`)
  return createClient(transport, identity, createPortForwarder(config))
}

/** A proxy that the kubeconfig names wins over the environment's. */
function useProxy(config: KubeConfig, cluster: Cluster, env: NodeJS.ProcessEnv): void {
  const proxyUrl = cluster.proxyUrl ?? proxyFor(cluster.server, env)
  if (proxyUrl === undefined) return
  config.clusters = config.clusters.map((one) => (one.name === cluster.name ? { ...one, proxyUrl } : one))
}

/** What is shown, logged and stored. */
function withoutCredentials(server: string): string {
  return server.replace(/^(\w+:\/\/)[^/@]*@/, '$1')
}

function loadConfig({ kubeconfig, context, env }: ConnectOptions): KubeConfig {
  const config = new KubeConfig()
  try {
    if (kubeconfig !== undefined) loadFile(config, kubeconfig)
    else loadDefault(config, env)
  } catch (error) {
    throw unreadable(kubeconfig ?? env['KUBECONFIG'] ?? '~/.kube/config', error)
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) throw unknownContext(context, config)
    config.setCurrentContext(context)
  }
  return config
}

function loadFile(config: KubeConfig, file: string): void {
  config.loadFromFile(file)
  applyTokenFiles(config, file)
}

/** KUBECONFIG may name several files, as kubectl reads it: the first that sets a value wins. */
function loadDefault(config: KubeConfig, env: NodeJS.ProcessEnv): void {
  const files = (env['KUBECONFIG'] ?? '').split(process.platform === 'win32' ? ';' : ':').filter((file) => file !== '')
  const [first, ...rest] = files
  if (first === undefined) {
    config.loadFromDefault()
    return
  }
  loadFile(config, first)
  for (const file of rest) {
    const more = new KubeConfig()
    loadFile(more, file)
    config.mergeConfig(more, true)
  }
}

function noCluster(config: KubeConfig, { env, kubeconfig }: ConnectOptions): KaitoError {
  const contexts = config.getContexts().map(({ name }) => name)
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `No cluster: the kubeconfig ${kubeconfig ?? env['KUBECONFIG'] ?? '~/.kube/config'} names no current context.`,
    hint:
      contexts.length === 0
        ? "Make one with your cloud's tool, or point to it: --kubeconfig FILE"
        : `Choose one: --context ${contexts[0]} (there are: ${contexts.join(', ')})`,
  })
}

function unknownContext(context: string, config: KubeConfig): KaitoError {
  const contexts = config.getContexts().map(({ name }) => name)
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `The kubeconfig has no context ${context}.`,
    hint: contexts.length === 0 ? 'It has none at all.' : `There are: ${contexts.join(', ')}`,
  })
}

function unreadable(file: string, error: unknown): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'plan',
    message: `The kubeconfig ${file} cannot be read.`,
    reason: error instanceof Error ? error.message : String(error),
    hint: 'Point to another: --kubeconfig FILE; or check it: kubectl config view',
  })
}

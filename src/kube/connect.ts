/** kubeconfig → KubePort. */

import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js'
import type { ClusterIdentity, KubePort } from '#cluster/cluster.ts'
import { advice, kubectl, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { kubeconfigFiles } from './access/kubeconfig.ts'
import { type LoadOptions, loadConfig, waysToGetOne } from './access/load-config.ts'
import { proxyFor } from './access/proxy.ts'
import { type OnSecret, tellingSecrets } from './access/tell-secrets.ts'
import { createClient } from './client.ts'
import { createPortForwarder } from './tunnel/port-forward.ts'
import { createTransport } from './wire/transport.ts'

export interface ConnectOptions extends LoadOptions {
  version: string
  namespace?: string
  simulated?: { kubectlConfig: string } | undefined
  onSecret: OnSecret
}

export async function connectCluster(options: ConnectOptions): Promise<KubePort> {
  const config = loadConfig(options)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw noCluster(config, options)
  if (!isServer(cluster.server)) throw noServer(cluster)
  useProxy(config, cluster, options.env)
  const identity: ClusterIdentity = {
    context: config.getCurrentContext(),
    server: withoutCredentials(cluster.server),
    namespace: options.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    ...(options.simulated === undefined ? {} : { simulated: options.simulated }),
  }
  const transport = await createTransport(config, cluster.server, `kaito/${options.version}`, options.onSecret)
  return tellingSecrets(createClient(transport, identity, createPortForwarder(config)), options.onSecret)
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

function noCluster(config: KubeConfig, options: ConnectOptions): KaitoError {
  const contexts = config.getContexts().map(({ name }) => name)
  const [first] = contexts
  const current = config.getCurrentContext()
  const context = config.getContextObject(current)
  const why = !current
    ? 'names no current context'
    : context === null
      ? `has no context ${current}, which is its current one`
      : `has no cluster ${context.cluster}, which context ${current} names`
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `No cluster: the kubeconfig ${kubeconfigFiles(options).join(', ')} ${why}.`,
    hint:
      first === undefined
        ? advice`Get one from your cloud${waysToGetOne(options)}; or point to it: ${setting('kubeconfig', 'FILE')}`
        : advice`Choose one: ${setting('context', first)} (there are: ${contexts.join(', ')})`,
  })
}

function isServer(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function noServer({ name, server }: Cluster): KaitoError {
  const isBare = URL.canParse(`https://${server}`) && !server.includes('://')
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `The kubeconfig's server of cluster ${name} is no https address: ${withoutCredentials(server)}`,
    hint: advice`Set it: ${kubectl('config', 'set-cluster', name, `--server=${isBare ? `https://${server}` : 'https://HOST'}`)}`,
  })
}

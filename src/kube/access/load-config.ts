/** The kubeconfig in use, with its credentials. The same files, contexts, plugins and in-cluster rules as kubectl. */

import { existsSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { advice, kubectl, other, setting } from '#core/advice.ts'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import { KaitoError } from '#core/errors.ts'
import { applyTokenFiles } from './credentials.ts'
import { createPluginAuthenticator, type PluginHost, type PluginUse } from './exec-plugin.ts'
import { type Kubeconfig, type KubeconfigPlaces, kubeconfigFiles, readKubeconfigs, unreadable } from './kubeconfig.ts'
import { type OnSecret, tellConfig } from './tell-secrets.ts'

export interface LoadOptions extends KubeconfigPlaces {
  context?: string
  plugins?: PluginHost
  /** Whose commands are told to whoever has no way in. */
  clouds?: readonly CloudTraits[]
  /** Is told of every secret that comes by. */
  onSecret?: OnSecret
}

const NOBODY: PluginHost = { isAttended: false, tell: () => undefined, signal: new AbortController().signal }

export function loadConfig(options: LoadOptions): KubeConfig {
  const { kubeconfig, context, env, plugins = NOBODY, clouds = [], onSecret = () => undefined } = options
  const config = new KubeConfig()
  const files = kubeconfigFiles(options)
  const found = readKubeconfigs(files)
  // Who names files wants one of them, also in a pod.
  const isNamed = kubeconfig !== undefined || Boolean(env['KUBECONFIG'])
  if (found !== undefined) tellConfig(found, onSecret)
  if (found !== undefined) fill(config, found, files)
  else if (!isNamed && isInPod(env)) config.loadFromCluster()
  else throw noKubeconfig(files, options)
  if (context !== undefined) {
    if (config.getContextObject(context) === null) throw unknownContext(context, config)
    config.setCurrentContext(context)
  }
  if (found !== undefined) refuseDangling(config, found, files)
  if (found !== undefined) usePlugin(config, found, { ...plugins, env, clouds })
  return config
}

/** Plugins are run here and not by client-node, which therefore does not get to see them. */
function fill(config: KubeConfig, found: Kubeconfig, files: readonly string[]): void {
  const users = found.users.map(({ user = {}, ...entry }) => {
    const { exec: _exec, ...rest } = user
    return { ...entry, user: rest }
  })
  try {
    config.loadFromString(JSON.stringify({ ...found, users }))
  } catch (error) {
    throw unreadable(files.join(', '), error)
  }
  applyTokenFiles(config, found.users)
}

function usePlugin(
  config: KubeConfig,
  { users, clusters }: Kubeconfig,
  host: PluginHost & Pick<PluginUse, 'env' | 'clouds'>,
): void {
  const [user, cluster] = [config.getCurrentUser()?.name, config.getCurrentCluster()?.name]
  const { exec: plugin, 'auth-provider': provider } = users.find(({ name }) => name === user)?.user ?? {}
  if (user === undefined) return
  const gone = host.clouds.find(({ authProvider }) => authProvider?.name === provider?.name)?.authProvider
  if (gone !== undefined && !plugin) throw removedProvider(user, gone)
  if (provider?.name !== undefined && provider.name !== OIDC && !plugin) throw unknownProvider(user, provider.name)
  if (!plugin) return
  const entry = clusters.find(({ name }) => name === cluster)?.cluster
  config.addAuthenticator(createPluginAuthenticator(plugin, { ...host, user, cluster: entry }))
}

/** The one auth-provider that kubectl still has. */
const OIDC = 'oidc'

function unknownProvider(user: string, name: string): KaitoError {
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `User ${user} signs in with auth-provider ${name}, which neither kaito nor kubectl has.`,
    hint: advice`Get a kubeconfig with a credential plugin (exec) from whoever runs the cluster, and point to it: ${setting('kubeconfig', 'FILE')}`,
  })
}

/** Without this a user that is not there would be nobody. Source: k8s.io/client-go/tools/clientcmd, ConfirmUsable. */
function refuseDangling(config: KubeConfig, { users, clusters }: Kubeconfig, files: readonly string[]): void {
  const { name: context, user, cluster } = config.getContextObject(config.getCurrentContext()) ?? {}
  const lacking = [
    ...(cluster && !clusters.some(({ name }) => name === cluster) ? [`cluster ${cluster}`] : []),
    ...(user && !users.some(({ name }) => name === user) ? [`user ${user}`] : []),
  ]
  if (lacking.length === 0) return
  throw new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `Context ${context} names ${lacking.join(' and ')}, and ${files.join(', ')} has none of that name; kubectl refuses that, too.`,
    hint: advice`See what there is: ${kubectl('config', 'view')}; or take another context: ${setting('context', 'NAME')}`,
  })
}

/** Source: Kubernetes 1.26, "Remove in-tree cloud auth plugins from client-go". */
function removedProvider(user: string, { name, replace }: NonNullable<CloudTraits['authProvider']>): KaitoError {
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `User ${user} signs in with auth-provider ${name}, which Kubernetes has removed; kubectl refuses it, too.`,
    hint: advice`Write what has taken its place: ${other(...replace.split(' '))}`,
  })
}

/** Source: k8s.io/client-go/rest, InClusterConfig. */
function isInPod(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token')
}

function noKubeconfig(files: readonly string[], options: LoadOptions): KaitoError {
  const { kubeconfig, env } = options
  const [file] = files
  const looked =
    kubeconfig !== undefined
      ? `${file} does not exist`
      : env['KUBECONFIG']
        ? `of the files that KUBECONFIG names, none exists (${files.join(', ')})`
        : `${file} does not exist, and KUBECONFIG is not set`
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `There is no kubeconfig: ${looked}.`,
    hint: advice`Get one from your cloud${waysToGetOne(options)}; or point to one: ${setting('kubeconfig', 'FILE')} (what kubectl sees: ${kubectl('config', 'view')}). To try kaito without a cluster: ${setting('sandbox')}`,
  })
}

/** With the colon before it, where a cloud has a command. */
export function waysToGetOne({ clouds = [] }: LoadOptions): string {
  const commands = clouds.map(({ getKubeconfig }) => getKubeconfig).join(', or ')
  return commands === '' ? '' : `: ${commands}`
}

function unknownContext(context: string, config: KubeConfig): KaitoError {
  const contexts = config.getContexts().map(({ name }) => name)
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `The kubeconfig has no context ${context}.`,
    hint: contexts.length === 0 ? 'It has none at all.' : `There are: ${contexts.join(', ')}`,
  })
}

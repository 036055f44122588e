/** The way through the environment's proxy to servers other than the cluster: the same rules, the same agents. */
import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { proxyFor } from './proxy.ts'

/** Undefined: directly. */
export async function proxyAgentFor(server: string, env: NodeJS.ProcessEnv): Promise<Agent | undefined> {
  const proxyUrl = proxyFor(server, env)
  if (proxyUrl === undefined) return undefined
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'server', server, skipTLSVerify: false, proxyUrl }, { name: 'nobody' })
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  return typeof options.agent === 'object' ? options.agent : undefined
}

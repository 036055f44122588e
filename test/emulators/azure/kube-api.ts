/** The few Kubernetes calls that the fake needs, over plain HTTP(S) with what one kubeconfig says. */
import { readFileSync } from 'node:fs'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { parse } from 'yaml'
import type { KubeCall } from '#sandbox/clouds/machines.ts'

interface Named {
  name: string
}
interface Kubeconfig {
  'current-context'?: string
  contexts: (Named & { context: { cluster: string; user: string } })[]
  clusters: (Named & { cluster: Record<string, unknown> })[]
  users: (Named & { user: Record<string, unknown> })[]
}

/** `<key>-data` (base64) or `<key>` (a path). */
function pem(entry: Record<string, unknown>, key: string): Buffer | undefined {
  const data = entry[`${key}-data`]
  if (typeof data === 'string') return Buffer.from(data, 'base64')
  const path = entry[key]
  return typeof path === 'string' ? readFileSync(path) : undefined
}

export function openKubeApi(kubeconfigPath: string): KubeCall {
  const config = parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig
  const context = config.contexts.find((item) => item.name === config['current-context']) ?? config.contexts.at(0)
  const cluster = config.clusters.find((item) => item.name === context?.context.cluster)?.cluster
  const user = config.users.find((item) => item.name === context?.context.user)?.user ?? {}
  if (typeof cluster?.server !== 'string') throw new Error(`no cluster in ${kubeconfigPath}`)
  const server = new URL(cluster.server)
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  if (typeof user.token === 'string') headers.authorization = `Bearer ${user.token}`
  const options: Record<string, unknown> = {
    ca: pem(cluster, 'certificate-authority'),
    cert: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
  }
  return (method, path, body) => send(new URL(path, server), { ...(options as RequestOptions), method, headers }, body)
}

function send(url: URL, options: RequestOptions, body: unknown): ReturnType<KubeCall> {
  const request = url.protocol === 'http:' ? requestHttp : requestHttps
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) })
      })
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

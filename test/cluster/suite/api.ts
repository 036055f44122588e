/** One request to the API server of the bed, or of the sandbox in its place. */
import { existsSync, readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { join } from 'node:path'
import { parse } from 'yaml'
import { KUBECONFIG } from '../starter/places.ts'

export interface KubeConfigFile {
  clusters: {
    name: string
    cluster: { server: string; 'certificate-authority-data'?: string; 'insecure-skip-tls-verify'?: boolean }
  }[]
  users: { name: string; user: { token: string } }[]
}

/** `sandbox`: the state folder of the sandbox that the scenarios run on; absent: the kwok bed. */
export const SANDBOX = process.env['KAITO_SCENARIO_STATE']
export const sandboxFile = (name: string): string => join(SANDBOX ?? '', 'kaito/sandbox', name)
export const isSandbox = SANDBOX !== undefined

export function readKubeconfig(): KubeConfigFile {
  const file = isSandbox ? sandboxFile('kubeconfig') : KUBECONFIG
  if (!existsSync(file)) throw new Error('The bed is not up: run npm run cluster:up first.')
  return parse(readFileSync(file, 'utf8')) as KubeConfigFile
}

export interface KubeUpstream {
  url: string
  ca: string
  token: string
}

export function upstream(): KubeUpstream {
  const config = readKubeconfig()
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user]
  if (cluster === undefined || user === undefined)
    throw new Error('The bed wrote a kubeconfig without cluster or user.')
  return {
    url: cluster.server,
    ca: Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString(),
    token: user.token,
  }
}

/** One request to the bed's API server, past kaito; or to `server`. */
export function api<T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
  server = upstream(),
): Promise<{ status: number; body: T }> {
  const { url, ca, token } = server
  const text = body === undefined ? undefined : JSON.stringify(body)
  // A DELETE with a body has no length unless it is told.
  const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }
  const headers = { authorization: `Bearer ${token}`, 'content-type': contentType, ...length }
  return new Promise((resolve, reject) => {
    const request = url.startsWith('http:') ? requestHttp : requestHttps
    const req = request(new URL(path, url), { method, ca, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => {
        const said = Buffer.concat(chunks).toString()
        resolve({ status: res.statusCode ?? 0, body: (said.startsWith('{') ? JSON.parse(said) : { text: said }) as T })
      })
    })
    req.on('error', reject)
    req.end(text)
  })
}

/** Tells of every secret that comes by, before anything can be said about it: in a kubeconfig, a plugin, a Secret. */
import type { RequestOptions } from 'node:https'
import type { KubePort } from '#cluster/cluster.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { passwordsIn, secretValues } from '#core/objects/secret-values.ts'
import type { Kubeconfig } from './kubeconfig.ts'

export type OnSecret = (value: string) => void

const SECRET_NAME = /(token|secret|password|key)$/i

/** What plugins and proxies are given; the credentials themselves are told when they are used. */
export function tellConfig({ users, clusters }: Kubeconfig, tell: OnSecret): void {
  for (const { user } of users) {
    const settings = Object.entries(user?.['auth-provider']?.config ?? {})
    const given = (user?.exec?.env ?? []).map(({ name, value }): [string, unknown] => [name, value])
    const named = [...settings, ...given, ...pairsOf(user?.exec?.args ?? [])]
    for (const [name, value] of named) if (typeof value === 'string' && SECRET_NAME.test(name)) tell(value)
  }
  const urls = clusters.flatMap(({ cluster }) => [cluster?.['server'], cluster?.['proxy-url']])
  for (const url of urls) if (typeof url === 'string') for (const password of passwordsIn(url)) tell(password)
}

/** A plugin says whatever it likes: what looks like a credential is left out, whether anybody told of it or not. */
export function withoutOpaque(words: string): string {
  return words.replace(/[\w+~-]{16,}/g, (word) => (OPAQUE.every((part) => part.test(word)) ? '***' : word))
}

const OPAQUE = [/[a-z]/, /[A-Z]/, /\d/]

/** `--client-secret VALUE` and `--client-secret=VALUE`. */
function pairsOf(args: readonly string[]): [string, string][] {
  return args.map((arg, index) => {
    const [name = '', ...rest] = arg.split('=')
    return [name, rest.length > 0 ? rest.join('=') : (args[index + 1] ?? '')]
  })
}

/** What a request proves itself with, wherever it came from. */
export function tellCredentials({ headers, auth, key }: RequestOptions & { key?: unknown }, tell: OnSecret): void {
  for (const [name, value] of Object.entries(headers ?? {}))
    if (name.toLowerCase() === 'authorization') tell(String(value).replace(/^\w+ /, ''))
  // `user:password`
  if (auth) tell(auth.slice(auth.indexOf(':') + 1))
  if (key !== undefined) tell(String(key))
}

/** The same port; of Secrets that go in or out the values are told. */
export function tellingSecrets(port: KubePort, tell: OnSecret): KubePort {
  const told = <T extends KubeObject | undefined>(object: T): T => {
    for (const value of secretValues(object)) tell(value)
    return object
  }
  return {
    ...port,
    get: async (ref, signal) => told(await port.get(ref, signal)),
    apply: async (object, options) => told(await port.apply(told(object), options)),
  }
}

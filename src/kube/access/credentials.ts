/** What client-node leaves to be done about credentials: one request for them at a time, failures in words, token files. */

import { readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { advice, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { UserEntry } from './kubeconfig.ts'

/**
 * Puts credentials into request options. Calls take turns: the first signs in, the others find what it got.
 * A sign-in that failed is not tried again.
 */
export function createAuthenticator(config: KubeConfig): (options: RequestOptions) => Promise<void> {
  const isPlain = config.getCurrentCluster()?.server.startsWith('http:') === true
  const apply = async (options: RequestOptions): Promise<void> => {
    try {
      if (isPlain) Object.assign(options, plainHeaders(config))
      else await config.applyToHTTPSOptions(options)
    } catch (error) {
      throw refused(config, error)
    }
  }
  let turn: Promise<void> = Promise.resolve()
  return (options) => {
    turn = turn.then(() => apply(options))
    return turn
  }
}

/** Over plain HTTP (a local proxy) only a token can be sent. */
function plainHeaders(config: KubeConfig): RequestOptions {
  const token = config.getCurrentUser()?.token
  return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }
}

/** Whatever is thrown before a request is on its way. */
export function refused(config: KubeConfig, error: unknown): unknown {
  if (error instanceof KaitoError) return error
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `The credentials of user ${config.getCurrentUser()?.name} cannot be used.`,
    reason: reasonOf(error),
    hint: advice`Sign in again with the tool that wrote the kubeconfig, then check: ${kubectl('auth', 'whoami')}`,
  })
}

/** OpenSSL's and Node's own words name functions, not what is wrong. */
function reasonOf(error: unknown): string {
  const { code = '', message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  if (code === 'ERR_INVALID_URL') return 'the proxy-url of its cluster is no URL'
  if (code === 'ERR_INVALID_CHAR') return 'the token holds characters that no HTTP header can carry'
  if (/^ERR_OSSL/.test(code) || /PEM routines|DECODER routines|asn1/.test(message))
    return 'the client certificate or its key is no PEM'
  return message.trim()
}

/** `tokenFile` of a kubeconfig, which client-node does not know: read whenever it is used, so that it may rotate. */
export function applyTokenFiles(config: KubeConfig, users: readonly UserEntry[]): void {
  for (const { name, user } of users) {
    const path = user?.tokenFile
    const known = config.getUsers().find((one) => one.name === name)
    if (path && known !== undefined)
      Object.defineProperty(known, 'token', { enumerable: true, get: () => readFileSync(path, 'utf8').trim() })
  }
}

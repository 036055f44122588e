/** What client-node leaves to be done about credentials: one plugin run at a time, failures in words, token files. */
import { readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { dirname, resolve } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { parse } from 'yaml'
import { KaitoError } from '#core/errors.ts'

/**
 * Puts credentials into request options. Calls take turns: the first asks the plugin, the others find what it answered.
 * A plugin that failed is not asked again.
 */
export function createAuthenticator(config: KubeConfig): (options: RequestOptions) => Promise<void> {
  let turn: Promise<void> = Promise.resolve()
  return (options) => {
    turn = turn.then(() =>
      config.applyToHTTPSOptions(options).catch((error: unknown) => {
        throw refused(config, error)
      }),
    )
    return turn
  }
}

function refused(config: KubeConfig, error: unknown): unknown {
  if (error instanceof KaitoError) return error
  const user = config.getCurrentUser()
  const { command } = (user?.exec ?? {}) as { command?: string }
  const words = error instanceof Error ? error.message.trim() : String(error)
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message:
      command === undefined
        ? `The credentials of user ${user?.name} cannot be used.`
        : `The credential plugin ${command} of user ${user?.name} gave no credentials.`,
    reason: words === '' ? 'it ended with an error and said nothing' : words,
    hint:
      command !== undefined && /ENOENT/.test(words)
        ? `Install ${command}, or put it into PATH; the kubeconfig asks for it.`
        : 'Sign in again with the tool that wrote the kubeconfig, then check: kubectl auth whoami',
    retryable: 'later',
  })
}

interface Entry {
  name?: string
  user?: { token?: string; tokenFile?: string }
}

/** `tokenFile` of a kubeconfig, which client-node does not know: read whenever it is used, so that it may rotate. */
export function applyTokenFiles(config: KubeConfig, file: string): void {
  const { users } = (parse(readFileSync(file, 'utf8')) ?? {}) as { users?: Entry[] }
  for (const { name, user } of users ?? []) {
    if (user?.tokenFile === undefined) continue
    const known = config.getUsers().find((one) => one.name === name)
    const path = resolve(dirname(file), user.tokenFile)
    if (known !== undefined)
      Object.defineProperty(known, 'token', { enumerable: true, get: () => readFileSync(path, 'utf8').trim() })
  }
}

/**
 * Kubeconfig files as kubectl finds and joins them: files that are not there are skipped, the first file that has a
 * name or a current context wins, and paths are relative to their own file.
 * Source of the rules: k8s.io/client-go/tools/clientcmd/loader.go.
 */

import { readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve, sep } from 'node:path'
import { parse } from 'yaml'
import { advice, kubectl, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { yamlWords } from '#core/yaml-words.ts'
import { homeOf } from '#std/home.ts'
import { formProblem } from './kubeconfig-form.ts'

export interface KubeconfigPlaces {
  env: NodeJS.ProcessEnv
  /** --kubeconfig: then nothing else is read. */
  kubeconfig?: string
}

export interface ExecPlugin {
  apiVersion?: string
  command?: string
  args?: readonly string[] | null
  env?: readonly { name: string; value: string }[] | null
  interactiveMode?: 'Never' | 'IfAvailable' | 'Always'
  provideClusterInfo?: boolean
  installHint?: string
}

export interface ClusterEntry {
  name: string
  cluster?: Record<string, unknown> & { extensions?: readonly { name?: string; extension?: unknown }[] }
}

export interface UserEntry {
  name: string
  user?: Record<string, unknown> & {
    tokenFile?: string
    exec?: ExecPlugin
    'auth-provider'?: { name?: string; config?: Record<string, unknown> }
  }
}

export interface Kubeconfig {
  clusters: readonly ClusterEntry[]
  contexts: readonly { name: string }[]
  users: readonly UserEntry[]
  'current-context': string | undefined
}

const CLUSTER_PATHS = ['certificate-authority']
const USER_PATHS = ['client-certificate', 'client-key', 'tokenFile']

/** The files that count, whether they exist or not. */
export function kubeconfigFiles({ kubeconfig, env }: KubeconfigPlaces): string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  return named.length > 0 ? named : [join(homeOf(env), '.kube', 'config')]
}

/** Undefined: none of the files exists. */
export function readKubeconfigs(files: readonly string[]): Kubeconfig | undefined {
  const found = files.map(readKubeconfig).filter((one) => one !== undefined)
  if (found.length === 0) return undefined
  return {
    clusters: firstOfEach(found.flatMap(({ clusters }) => clusters)),
    contexts: firstOfEach(found.flatMap(({ contexts }) => contexts)),
    users: firstOfEach(found.flatMap(({ users }) => users)),
    'current-context': found.map((one) => one['current-context']).find(Boolean),
  }
}

function readKubeconfig(file: string): Kubeconfig | undefined {
  try {
    const { clusters, users, ...rest } = contentOf(file)
    const root = dirname(file)
    return {
      ...rest,
      clusters: clusters.map((entry) => ({ ...entry, cluster: resolved(entry.cluster, CLUSTER_PATHS, root) })),
      users: users.map((entry) => ({ ...entry, user: withCommand(resolved(entry.user, USER_PATHS, root), root) })),
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw unreadable(file, error)
  }
}

function contentOf(file: string): Kubeconfig {
  const text = readFileSync(file, 'utf8')
  const content: unknown = parsed(text) ?? {}
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error('it is not a kubeconfig')
  const problem = formProblem(content, text)
  if (problem !== undefined) throw new Error(problem)
  return withoutNothing(content)
}

/** The parser quotes whole lines, and a token may stand in them. */
function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const line = / at line (\d+), column \d+/.exec(message)?.[1]
    throw new Error(`${line === undefined ? '' : `line ${line}: `}${yamlWords(message)}`)
  }
}

/** `- null` is no entry, and what is not there has none. */
function withoutNothing(content: Partial<Kubeconfig>): Kubeconfig {
  const { clusters, contexts, users, 'current-context': current } = content
  const present = <T>(entries: readonly T[] | null | undefined): T[] =>
    (entries ?? []).filter((entry) => entry !== null)
  return { clusters: present(clusters), contexts: present(contexts), users: present(users), 'current-context': current }
}

function resolved<T extends Record<string, unknown>>(entry: T | undefined, keys: readonly string[], root: string): T {
  const paths = keys.flatMap((key) => {
    const path = entry?.[key]
    return typeof path === 'string' && path !== '' ? [[key, resolve(root, path)]] : []
  })
  return { ...entry, ...Object.fromEntries(paths) } as T
}

/** A command without a slash is looked for in PATH. */
function withCommand(user: NonNullable<UserEntry['user']>, root: string): NonNullable<UserEntry['user']> {
  const { exec } = user
  if (exec?.command?.includes(sep) !== true) return user
  return { ...user, exec: { ...exec, command: resolve(root, exec.command) } }
}

function firstOfEach<T extends { name: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ name }, index) => entries.findIndex((one) => one.name === name) === index)
}

export function unreadable(file: string, error: unknown): KaitoError {
  return new KaitoError({
    code: 'UNAUTHENTICATED',
    phase: 'plan',
    message: `The kubeconfig ${file} cannot be used.`,
    reason: error instanceof Error ? error.message : String(error),
    hint: advice`Point to another: ${setting('kubeconfig', 'FILE')}; or check it: ${kubectl('config', 'view')}`,
    cause: error,
  })
}

/** Results for machines: JSON and YAML under one schema version, and bare names. */
import { stringify } from 'yaml'
import { formatRef } from '#core/objects/kube-object.ts'
import { EVERY_NAMESPACE, isPoolMade, type ObjectChange, type PoolChange, type ShownResult } from '#core/results.ts'

/** The version of what `-o json` and `-o yaml` print. A field is never removed or renamed under the same version. */
export const SCHEMA = 'kaito.sh/cli/v1'

/** One result stands alone; several are items of a List. */
export function formatJson(results: readonly ShownResult[], isList = false): string {
  return `${JSON.stringify(envelope(results, isList), null, 2)}\n`
}

export function formatYaml(results: readonly ShownResult[], isList = false): string {
  return toYaml(envelope(results, isList))
}

/** One `Kind/name` per line; for an endpoint, its URL. */
export function formatNames(results: readonly ShownResult[]): string {
  const names = results.flatMap(namesOf)
  return names.length === 0 ? '' : `${names.join('\n')}\n`
}

function envelope(results: readonly ShownResult[], isList: boolean): object {
  const [only] = results
  // As kubectl apply takes it.
  const rendered = results.flatMap((result) => (result.kind === 'Render' ? [result.objects] : []))
  if (only !== undefined && rendered.length === results.length)
    return { apiVersion: 'v1', kind: 'List', items: rendered.flat() }
  if (!isList && results.length === 1 && only !== undefined) return { apiVersion: SCHEMA, ...only }
  return { apiVersion: SCHEMA, kind: 'List', items: results }
}

/** Quotes what only YAML 1.1 readers, kubectl among them, would take for a boolean or a number. */
function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' })
}

function namesOf(result: ShownResult): string[] {
  switch (result.kind) {
    case 'Plan':
    case 'Deploy':
      return [...poolNames(result.pool), ...result.changes.map((change) => formatRef(change.ref))]
    case 'Diff':
      return [...(isPoolMade(result.pool) ? poolNames(result.pool) : []), ...changed(result.changes)]
    case 'Render':
      return result.objects.map(({ kind, metadata }) => formatRef({ kind, name: metadata.name }))
    case 'Lint':
      return result.workspaces.map((name) => `Workspace/${name}`)
    case 'Status':
      return statusNames(result)
    case 'Delete':
      return [...poolNames(result.pool), ...changed(result.changes).filter((name) => !isKept(result.changes, name))]
    case 'Endpoint':
      return [result.endpoint.url]
    case 'Chat':
      return []
    case 'Init':
      return [result.file]
    case 'Sandbox':
      return result.isRunning ? [result.kubeconfig] : []
  }
}

/** As kaito takes them again: with the namespace where they may be of several. */
function statusNames({ target, workspaces }: Extract<ShownResult, { kind: 'Status' }>): string[] {
  const hasNamespace = target.namespace === EVERY_NAMESPACE
  return workspaces.map(({ workspace, namespace }) => `Workspace/${hasNamespace ? `${namespace}/` : ''}${workspace}`)
}

function poolNames(pool: PoolChange | undefined): string[] {
  return pool === undefined || pool.change === 'existing' ? [] : [`NodePool/${pool.name}`]
}

function changed(changes: readonly ObjectChange[]): string[] {
  return changes.filter(({ change }) => change !== 'unchanged').map(({ ref }) => formatRef(ref))
}

function isKept(changes: readonly ObjectChange[], name: string): boolean {
  return changes.some(({ ref, change }) => change === 'kept' && formatRef(ref) === name)
}

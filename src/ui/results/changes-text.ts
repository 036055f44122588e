/** Change sets, node pools and checks, as several commands show them. */
import type { ChangeKind } from '#core/events.ts'
import { formatRef } from '#core/objects/kube-object.ts'
import type { ObjectChange, PoolChange, PoolLeft, Target } from '#core/results.ts'
import type { Verification } from '#core/status/workspace-status.ts'
import type { Colors, Paint } from '../text/colors.ts'
import { formatTable, indent } from '../text/table.ts'

/** One line per object: `created    Deployment/mistral-7b`. */
export function formatChanges(changes: readonly ObjectChange[], colors: Colors): string[] {
  const rows = changes.map(({ ref, change }) => [change, formatRef(ref)])
  return indent(formatTable(rows, [{ paint: (text, cell) => paintOf(cell, colors)(text) }]))
}

/** The same before anything was done: `create     Deployment/mistral-7b`. */
export function formatPlannedChanges(changes: readonly ObjectChange[], colors: Colors): string[] {
  const rows = changes.map(({ ref, change }) => [PLANNED[change], formatRef(ref)])
  const changeOf = (word: string): string => Object.entries(PLANNED).find(([, planned]) => planned === word)?.[0] ?? ''
  return indent(formatTable(rows, [{ paint: (text, cell) => paintOf(changeOf(cell), colors)(text) }]))
}

const PLANNED = {
  created: 'create',
  configured: 'change',
  unchanged: 'unchanged',
  pruned: 'prune',
  deleted: 'delete',
  kept: 'keep',
} as const satisfies Record<ChangeKind, string>

/** `node pool old (1 × A)`. */
export function formatLeft({ name, nodes, instanceType }: Omit<PoolLeft, 'usdPerHour'>): string {
  return `node pool ${name} (${nodes} × ${instanceType})`
}

export function formatPoolPlan({ name, change, nodes }: PoolChange): string {
  if (change === 'existing') return 'your own nodes'
  if (nodes !== undefined && change === 'shrunk') return `${name} (to shrink from ${nodes.from} to ${nodes.to} nodes)`
  if (nodes !== undefined) return `${name} (to grow from ${nodes.from} to ${nodes.to} nodes)`
  return `${name} (${change === 'created' ? 'to be created' : change})`
}

/** One line per check; what rights forbade says so instead of pretending. */
export function formatVerifications(verifications: readonly Verification[], { green, red, yellow }: Colors): string[] {
  const marks = { ok: green('✓'), failed: red('✗'), 'not-verified': yellow('!') } as const
  const width = Math.max(0, ...verifications.map(({ check }) => check.length))
  return verifications.map(({ check, outcome, detail }) => {
    const said = outcome === 'not-verified' ? `not verified: ${detail}` : detail
    return `  ${marks[outcome]} ${check.padEnd(width)}  ${said}`
  })
}

/** What could not be verified, each once. */
export function openChecks(verifications: readonly Verification[]): string[] {
  return [...new Set(verifications.flatMap(({ check, outcome }) => (outcome === 'ok' ? [] : [check])))]
}

/** `context demo, namespace default, CLOUD (ACCOUNT)`. */
export function formatTarget({ context, namespace, cloud, account, isOffline, isSimulated }: Target): string {
  if (isOffline) return `offline, namespace ${namespace}`
  const where = cloud === undefined ? [] : [account === undefined ? cloud : `${cloud} (${account})`]
  const what = isSimulated === true ? ['simulated'] : []
  return [`context ${context}`, `namespace ${namespace}`, ...where, ...what].join(', ')
}

/** A unified diff as it is, coloured. */
export function formatDiff(diff: string, { red, green, cyan }: Colors): string[] {
  return diff.split('\n').map((line) => {
    if (line.startsWith('@@')) return cyan(line)
    if (line.startsWith('-')) return red(line)
    return line.startsWith('+') ? green(line) : line
  })
}

function paintOf(change: string, { green, yellow, red, dim }: Colors): Paint {
  const paints: Record<ChangeKind, Paint> = {
    created: green,
    configured: yellow,
    pruned: red,
    deleted: red,
    unchanged: dim,
    kept: dim,
  }
  return paints[change as ChangeKind]
}

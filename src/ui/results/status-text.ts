/** Workspaces for people: a table; one alone also with everything that belongs to it. */
import type { Worded } from '#core/advice.ts'
import { formatRef } from '#core/objects/kube-object.ts'
import type { Shown, StatusResult } from '#core/results.ts'
import type { WorkspaceStatus } from '#core/status/workspace-status.ts'
import type { Colors, Paint } from '../text/colors.ts'
import { formatAge, formatPrice, plural } from '../text/figures.ts'
import { formatFacts, formatTable, indent } from '../text/table.ts'
import { formatTarget, formatVerifications } from './changes-text.ts'

export function formatStatus({ target, workspaces }: Shown<StatusResult>, colors: Colors): string[] {
  const [first] = workspaces
  if (first === undefined) return [`No workspaces (${formatTarget(target)}).`]
  return workspaces.length === 1 ? formatOne(first, colors) : formatMany(workspaces, colors)
}

function formatMany(workspaces: readonly Worded<WorkspaceStatus>[], colors: Colors): string[] {
  const head = ['NAMESPACE', 'NAME', 'STATUS', 'READY', 'MODEL', 'USD/H', 'AGE']
  const rows = workspaces.map((workspace) => [
    workspace.namespace,
    workspace.workspace,
    workspace.phase,
    formatReplicas(workspace),
    workspace.servedModelName ?? workspace.model ?? '-',
    workspace.usdPerHour?.toFixed(2) ?? '-',
    workspace.ageSeconds === undefined ? '-' : formatAge(workspace.ageSeconds),
  ])
  const status = { paint: (text: string, cell: string) => paintOf(cell, colors)(text) }
  const lines = formatTable([head, ...rows], [{}, {}, status, {}, {}, { align: 'right' }, { align: 'right' }])
  const notes = workspaces.filter((w) => w.phase !== 'Ready' && w.message !== '')
  return [
    ...lines,
    ...(notes.length === 0 ? [] : ['', ...notes.map((w) => `${w.namespace}/${w.workspace}: ${w.message}`)]),
  ]
}

function formatOne(workspace: Worded<WorkspaceStatus>, colors: Colors): string[] {
  const { bold, dim } = colors
  const { phase, message, pool, nodes, objects, verifications = [] } = workspace
  return [
    `${bold(workspace.workspace)} is ${paintOf(phase, colors)(phase)}${message === '' ? '' : `: ${message}`}`,
    ...formatFacts(
      [
        ['full name', workspace.fullName],
        ['namespace', workspace.namespace],
        ['model', workspace.servedModelName ?? workspace.model],
        ['replicas', `${formatReplicas(workspace)} ready`],
        ['machine', workspace.instanceType],
        ['pool', pool === undefined ? undefined : `${pool.name}, ${pool.rawState}, ${plural(pool.count, 'node')}`],
        ['price', workspace.usdPerHour === undefined ? undefined : formatPrice(workspace.usdPerHour)],
        ['revision', workspace.revision?.toString()],
        ['age', workspace.ageSeconds === undefined ? undefined : formatAge(workspace.ageSeconds)],
      ],
      dim,
    ),
    ...(workspace.next === undefined ? [] : formatFacts([['next', workspace.next]], colors.cyan)),
    ...section(
      'Objects',
      objects.map(({ ref, status }) => [status.status, formatRef(ref), status.message]),
      colors,
    ),
    ...section(
      'Nodes',
      nodes.map(({ name, ready, gpus }) => [ready ? 'Ready' : 'NotReady', name, plural(gpus, 'GPU')]),
      colors,
    ),
    ...(verifications.length === 0 ? [] : ['', bold('Asked just now'), ...formatVerifications(verifications, colors)]),
  ]
}

function section(title: string, rows: readonly string[][], colors: Colors): string[] {
  if (rows.length === 0) return []
  const paint = (text: string, cell: string): string => paintOf(cell, colors)(text)
  return ['', colors.bold(title), ...indent(formatTable(rows, [{ paint }, {}, { paint: colors.dim }]))]
}

function formatReplicas({ replicas }: Worded<WorkspaceStatus>): string {
  return `${replicas.ready}/${replicas.wanted}`
}

/** Workspace phases, object statuses and node states share these words. */
function paintOf(word: string, { green, yellow, red, dim }: Colors): Paint {
  if (word === 'Ready' || word === 'Current') return green
  if (word === 'Failed' || word === 'NotReady' || word === 'NotFound') return red
  return word === 'Progressing' || word === 'InProgress' || word === 'Terminating' ? yellow : dim
}

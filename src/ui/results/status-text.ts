/** Workspaces for people: a table; one alone also with everything that belongs to it. */
import type { Worded } from '#core/advice.ts'
import { formatRef } from '#core/objects/kube-object.ts'
import type { Shown, StatusResult } from '#core/results.ts'
import type { WorkspaceStatus } from '#core/status/workspace-status.ts'
import type { Colors, Paint } from '../text/colors.ts'
import { formatAge, formatCount, formatPrice, plural } from '../text/figures.ts'
import { type Column, formatFacts, formatTable, indent } from '../text/table.ts'
import { formatLeft, formatTarget, formatVerifications } from './changes-text.ts'

export interface StatusForm {
  /** A row for each, also where there is one alone; otherwise that one has a page. */
  isTable: boolean
  isWide: boolean
  /** Nothing but rows, for a script. */
  isBare: boolean
}

export function formatStatus({ target, workspaces }: Shown<StatusResult>, form: StatusForm, colors: Colors): string[] {
  const [first] = workspaces
  if (first === undefined) return form.isBare ? [] : [`No workspaces (${formatTarget(target)}).`]
  return workspaces.length === 1 && !form.isTable ? formatOne(first, colors) : formatMany(workspaces, form, colors)
}

interface StatusColumn extends Column {
  head: string
  cell(workspace: Worded<WorkspaceStatus>): string | undefined
}

const COLUMNS: readonly StatusColumn[] = [
  { head: 'NAMESPACE', cell: ({ namespace }) => namespace },
  { head: 'NAME', cell: ({ workspace }) => workspace },
  { head: 'STATUS', cell: ({ phase }) => phase },
  { head: 'READY', cell: formatReplicas },
  { head: 'MODEL', cell: ({ servedModelName, model }) => servedModelName ?? model },
  { head: 'USD/H', cell: ({ usdPerHour }) => usdPerHour?.toFixed(2), align: 'right' },
  {
    head: 'AGE',
    cell: ({ ageSeconds }) => (ageSeconds === undefined ? undefined : formatAge(ageSeconds)),
    align: 'right',
  },
]

const WIDE: readonly StatusColumn[] = [
  { head: 'MACHINE', cell: ({ instanceType }) => instanceType },
  { head: 'NODES', cell: ({ nodes }) => String(nodes.length), align: 'right' },
  { head: 'REVISION', cell: ({ revision }) => revision?.toString(), align: 'right' },
  { head: 'URL', cell: ({ url }) => url },
]

function formatMany(
  workspaces: readonly Worded<WorkspaceStatus>[],
  { isWide, isBare }: StatusForm,
  colors: Colors,
): string[] {
  const columns = isWide ? [...COLUMNS, ...WIDE] : COLUMNS
  const rows = workspaces.map((workspace) => columns.map(({ cell }) => cell(workspace) ?? '-'))
  const painted = columns.map(({ head, align = 'left' }): Column => {
    const paint = (text: string, cell: string): string => (cell === head ? text : paintOf(cell, colors)(text))
    return head === 'STATUS' ? { align, paint } : { align }
  })
  if (isBare) return formatTable(rows, painted)
  const notes = workspaces.filter((w) => (w.phase !== 'Ready' || w.leaving !== undefined) && w.message !== '')
  return [
    ...formatTable([columns.map(({ head }) => head), ...rows], painted),
    ...(notes.length === 0 ? [] : ['', ...notes.map((w) => `${w.namespace}/${w.workspace}: ${w.message}`)]),
  ]
}

function formatOne(workspace: Worded<WorkspaceStatus>, colors: Colors): string[] {
  const { bold, dim } = colors
  const { phase, message, pool, leaving = [], nodes, objects, verifications = [] } = workspace
  return [
    `${bold(workspace.workspace)} is ${paintOf(phase, colors)(phase)}${message === '' ? '' : `: ${message}`}`,
    ...formatFacts(
      [
        ['full name', workspace.fullName],
        ['namespace', workspace.namespace],
        ['url', workspace.url],
        ['model', workspace.servedModelName ?? workspace.model],
        ['context', formatFound(workspace.foundContext)],
        ['replicas', `${formatReplicas(workspace)} ready`],
        ['machine', workspace.instanceType],
        ['pool', pool === undefined ? undefined : `${pool.name}, ${pool.rawState}, ${plural(pool.count, 'node')}`],
        ['leaving', leaving.map(formatLeft).join(', ')],
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

function formatFound(tokens: number | undefined): string | undefined {
  return tokens === undefined ? undefined : `${formatCount(tokens)} tokens, chosen by the engine at startup`
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

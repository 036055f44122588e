/** What has become of several workspaces, a line each. */
import { ERRORS } from '#core/error-table.ts'
import type { DeleteResult, DeployResult, Shown, ShownResult, WorkspaceEnd } from '#core/results.ts'
import type { Colors } from '../text/colors.ts'
import { formatHourly, formatMs } from '../text/figures.ts'
import { formatTable } from '../text/table.ts'
import { openChecks } from './changes-text.ts'
import { formatMachines } from './plan-text.ts'

interface Row {
  state: string
  model?: string
  machines?: string
  usdPerHour?: number
  elapsedMs?: number
}

/** @param results of those that are done, in the order of the ends. */
export function formatSeveral(
  results: readonly ShownResult[],
  ends: readonly WorkspaceEnd[],
  { bold, dim, green, yellow, red }: Colors,
): string[] {
  const done = results.values()
  const rows = ends.map((end) => ({ end, row: rowOf(end, end.outcome === 'done' ? done.next().value : undefined) }))
  const isDeploy = results.some(({ kind }) => kind === 'Deploy')
  const paints = { done: green, failed: red, stopped: yellow, 'not begun': yellow } as const
  const paint = (text: string, cell: string): string => {
    const found = rows.find(({ row }) => row.state === cell)
    return found === undefined ? bold(text) : paints[found.end.outcome](text)
  }
  const cells = rows.map(({ end, row }) => [end.workspace, row.state, ...(isDeploy ? costCells(row) : []), took(row)])
  const head = ['NAME', 'STATE', ...(isDeploy ? ['MODEL', 'MACHINES', 'PER HOUR'] : []), 'TOOK']
  const table = formatTable([head, ...cells], [{}, { paint }, {}, {}, isDeploy ? { align: 'right' } : {}])
  const usd = rows.reduce((sum, { row }) => sum + (row.usdPerHour ?? 0), 0)
  const total = usd === 0 ? [] : ['', dim(`All together ${formatHourly(usd)}, until they are deleted.`)]
  return [...table.slice(0, 1).map(bold), ...table.slice(1), ...total]
}

function costCells({ model = '', machines = '', usdPerHour }: Row): string[] {
  return [model, machines, usdPerHour === undefined ? '' : `$${usdPerHour.toFixed(2)}`]
}

function took({ elapsedMs }: Row): string {
  return elapsedMs === undefined ? '' : formatMs(elapsedMs)
}

function rowOf(end: WorkspaceEnd, result: ShownResult | undefined): Row {
  if (result?.kind === 'Deploy') return deployRow(result)
  if (result?.kind === 'Delete') return deleteRow(result)
  if (end.code === undefined || end.outcome === 'stopped') return { state: end.outcome }
  return { state: ERRORS[end.code].title }
}

function deployRow({ plan, verifications, elapsedMs }: Shown<DeployResult>): Row {
  const { pool, model, replicas } = plan
  const open = openChecks(verifications)
  const state = open.length === 0 ? 'answers' : `not verified: ${open.join(', ')}`
  const usdPerHour = pool.mode === 'create' ? pool.usdPerHour : undefined
  return {
    state: replicas === 0 ? 'asleep' : state,
    model: model.name,
    machines: formatMachines(pool, 'your own'),
    elapsedMs,
    ...(usdPerHour === undefined ? {} : { usdPerHour }),
  }
}

function deleteRow({ changes, pool, elapsedMs }: DeleteResult): Row {
  const isNothing = pool === undefined && changes.every(({ change }) => change !== 'deleted')
  return { state: isNothing ? 'nothing was there' : 'deleted', elapsedMs }
}

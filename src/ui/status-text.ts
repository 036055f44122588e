/** Workspaces as a table, or one of them in full. */
import type { ChalkInstance } from 'chalk'
import { formatRef } from '#core/kube-object.ts'
import type { StatusResult, WorkspaceStatus } from '#core/results.ts'

export function statusText({ workspaces, target }: StatusResult, palette: ChalkInstance): string {
  if (workspaces.length === 0) return `No workspace in namespace ${target.namespace} (context ${target.context}).\n`
  const [only] = workspaces
  if (workspaces.length === 1 && only !== undefined) return `${oneLines(only, palette).join('\n')}\n`
  const rows = workspaces.map((w) => [
    w.namespace,
    w.workspace,
    w.phase,
    `${w.replicas.ready}/${w.replicas.wanted}`,
    w.model ?? '-',
    w.instanceType ?? '-',
    ageText(w.ageSeconds),
    w.usdPerHour === undefined ? '-' : `$${w.usdPerHour.toFixed(2)}`,
  ])
  return `${table([['NAMESPACE', 'NAME', 'PHASE', 'READY', 'MODEL', 'INSTANCE', 'AGE', 'PER HOUR'], ...rows]).join('\n')}\n`
}

function oneLines(w: WorkspaceStatus, palette: ChalkInstance): string[] {
  const phase = { Ready: palette.green, Failed: palette.red, Progressing: palette.yellow, Stopped: palette.dim, Unknown: palette.dim }[w.phase]
  return [
    `${palette.bold(w.workspace)} in namespace ${w.namespace}: ${phase(w.phase)}, ${w.message}`,
    ...(w.model === undefined ? [] : [`  Model     ${w.model}, served as ${w.servedModelName}`]),
    `  Replicas  ${w.replicas.ready} of ${w.replicas.wanted} ready${w.revision === undefined ? '' : `, revision ${w.revision}`}, age ${ageText(w.ageSeconds)}`,
    ...(w.instanceType === undefined ? [] : [`  Machine   ${w.instanceType}${w.usdPerHour === undefined ? '' : `, $${w.usdPerHour.toFixed(2)} per hour`}`]),
    ...w.nodes.map((n) => `  Node      ${n.name}: ${n.ready ? 'Ready' : 'not Ready'}, ${n.gpus} GPUs`),
    ...w.objects.map(({ ref, status }) => `  ${formatRef(ref)}: ${status.status}, ${status.message}`),
    ...(w.verifications ?? []).map((v) => `  ${v.outcome === 'ok' ? palette.green('✓') : palette.red('✗')} ${v.check}: ${v.detail}`),
  ]
}

function ageText(seconds: number | undefined): string {
  if (seconds === undefined) return '-'
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd())
}

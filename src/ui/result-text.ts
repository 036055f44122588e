/** Each kind of result as a person reads it. */
import type { ChalkInstance } from 'chalk'
import { formatRef } from '#core/kube-object.ts'
import type {
  DeleteResult,
  DeployResult,
  DiffResult,
  Endpoint,
  LintResult,
  ObjectChange,
  PlanResult,
  PoolChange,
  Result,
} from '#core/results.ts'
import { formatManifests } from '#core/manifests.ts'
import { formatSeconds } from './event-text.ts'
import { planLines, priceText } from './plan-text.ts'
import { problemLines } from './problems-text.ts'
import { statusText } from './status-text.ts'

export function resultText(result: Result, palette: ChalkInstance): string {
  switch (result.kind) {
    case 'Plan':
      return planText(result, palette)
    case 'Deploy':
      return deployText(result, palette)
    case 'Diff':
      return diffText(result, palette)
    case 'Render':
      return formatManifests(result.objects)
    case 'Lint':
      return lintText(result, palette)
    case 'Status':
      return statusText(result, palette)
    case 'Delete':
      return deleteText(result, palette)
    case 'Endpoint':
      return `${endpointLines(result.endpoint).join('\n')}\n`
  }
}

function planText(result: PlanResult, palette: ChalkInstance): string {
  return `${[...planLines(result, palette), ...changeLines(result.pool, result.changes, palette)].join('\n')}\n`
}

function deployText(result: DeployResult, palette: ChalkInstance): string {
  const { plan, pool, changes, verifications, endpoint, revision, elapsedMs } = result
  const changed = changes.filter((c) => c.change !== 'unchanged').length
  const unverified = verifications.filter((v) => v.outcome === 'not-verified')
  const lines = [
    `${palette.green('✓')} ${palette.bold(plan.objectName)} answers: ${plan.model.description} (revision ${revision}, ${formatSeconds(elapsedMs)})`,
    ...changeLines(pool, changes, palette),
    ...(changed === 0 && pool.change !== 'created' ? ['Nothing had to be changed.'] : []),
    ...unverified.map((v) => `${palette.yellow('!')} not verified: ${v.check}: ${v.detail}`),
    '',
    ...endpointLines(endpoint),
    `Price         ${priceText(plan.pool)}`,
    `Remove it     kaito delete ${plan.objectName} -n ${plan.namespace}`,
  ]
  return `${lines.join('\n')}\n`
}

function endpointLines({ url, servedModelName, portForwardCommand, curlCommand }: Endpoint): string[] {
  return [
    `URL           ${url}  (inside the cluster)`,
    `Model         ${servedModelName}`,
    `From here     ${portForwardCommand}`,
    `              ${curlCommand}`,
  ]
}

function diffText({ workspace, hasChanges, pool, changes }: DiffResult, palette: ChalkInstance): string {
  if (!hasChanges) return `${workspace}: no changes\n`
  const lines = changeLines(pool, changes.filter((c) => c.change !== 'unchanged'), palette)
  const diffs = changes.flatMap((c) => (c.diff === undefined ? [] : c.diff.split('\n').map((line) => paint(line, palette))))
  return `${[...lines, '', ...diffs].join('\n')}\n`
}

function paint(line: string, palette: ChalkInstance): string {
  if (line.startsWith('+')) return palette.green(line)
  if (line.startsWith('-')) return palette.red(line)
  return line
}

function changeLines(pool: PoolChange, changes: readonly ObjectChange[], palette: ChalkInstance): string[] {
  const rows = [
    ...(pool.change === 'existing' ? [`  Nodes          ${pool.name || 'your own'}`] : [`  ${pad(pool.change)} NodePool/${pool.name}`]),
    ...changes.map(({ ref, change }) => `  ${pad(change)} ${formatRef(ref)}`),
  ]
  return rows.map((row) => (row.includes('unchanged') ? palette.dim(row) : row))
}

function pad(word: string): string {
  return word.padEnd(14)
}

function lintText({ problems, workspaces }: LintResult, palette: ChalkInstance): string {
  const errors = problems.filter((p) => p.severity === 'error').length
  const lines = problemLines(problems, palette)
  if (errors === 0) lines.push(`${palette.green('✓')} ${workspaces.join(', ')}: valid${problems.length === 0 ? '' : `, ${problems.length} warnings`}`)
  else lines.push(`${errors} ${errors === 1 ? 'error' : 'errors'}, ${problems.length - errors} warnings`)
  return `${lines.join('\n')}\n`
}

function deleteText({ workspace, target, pool, changes, elapsedMs }: DeleteResult, palette: ChalkInstance): string {
  const deleted = changes.filter((c) => c.change === 'deleted')
  const kept = changes.filter((c) => c.change === 'kept')
  if (deleted.length === 0 && pool === undefined) {
    return `Nothing to delete: workspace ${workspace} has no object in namespace ${target.namespace} and no node pool.\n`
  }
  const lines = [
    ...(pool === undefined ? [] : [`  ${pad('deleted')} NodePool/${pool.name}  (the cloud says it is gone)`]),
    ...deleted.map((c) => `  ${pad('deleted')} ${formatRef(c.ref)}`),
    ...kept.map((c) => `  ${pad('kept')} ${formatRef(c.ref)}  (yours)`),
    `${palette.green('✓')} Nothing of ${workspace} is left that bills (${formatSeconds(elapsedMs)}).`,
  ]
  return `${lines.join('\n')}\n`
}

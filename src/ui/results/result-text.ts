/** One result → lines for people. */

import { formatRef } from '#core/objects/kube-object.ts'
import {
  type DeleteResult,
  type DiffResult,
  isPoolMade,
  type LintResult,
  leftBy,
  type PoolChange,
  type Shown,
  type ShownResult,
} from '#core/results.ts'
import type { Say } from '../text/advice-text.ts'
import type { Colors } from '../text/colors.ts'
import { formatMs, plural } from '../text/figures.ts'
import { formatFacts } from '../text/table.ts'
import { formatChanges, formatDiff, formatTarget } from './changes-text.ts'
import { formatDeploy, formatEndpoint } from './deploy-text.ts'
import { formatPlan } from './plan-text.ts'
import { countProblems, formatProblems } from './problems-text.ts'
import { formatSandbox } from './sandbox-text.ts'
import { formatStatus, type StatusForm } from './status-text.ts'

interface TextOptions {
  /** The arithmetic of plans. */
  explain: boolean
  /** Each object and each check of a deploy or a delete. */
  isVerbose: boolean
  status: StatusForm
  say: Say
}

export function formatResultText(
  result: Exclude<ShownResult, { kind: 'Render' }>,
  colors: Colors,
  options: TextOptions,
): string {
  const lines = linesOf(result, colors, options)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function linesOf(
  result: Exclude<ShownResult, { kind: 'Render' }>,
  colors: Colors,
  { explain, isVerbose, status, say }: TextOptions,
): string[] {
  switch (result.kind) {
    case 'Plan':
      return formatPlan(result, colors, explain)
    case 'Deploy':
      return formatDeploy(result, colors, { say, isVerbose })
    case 'Diff':
      return formatDiffResult(result, colors)
    case 'Lint':
      return formatLint(result, colors)
    case 'Status':
      return formatStatus(result, status, colors)
    case 'Delete':
      return formatDelete(result, colors, isVerbose)
    case 'Endpoint':
      return formatEndpoint(result, colors)
    case 'Chat':
      return [result.answer]
    case 'Init':
      return [
        `${colors.green('✓')} ${colors.bold(result.file)} written`,
        '',
        colors.bold('Next'),
        ...result.next.map((line) => `  ${line}`),
      ]
    case 'Sandbox':
      return formatSandbox(result, colors)
  }
}

function formatDiffResult({ workspace, hasChanges, pool, changes }: DiffResult, colors: Colors): string[] {
  if (!hasChanges) return [`${workspace}: no changes, ${plural(changes.length, 'object')} compared`]
  const moved = changes.filter(({ change }) => change !== 'unchanged')
  const made: PoolChange[] = isPoolMade(pool) ? [pool] : []
  return [
    ...made.map(({ name, nodes }) =>
      nodes === undefined
        ? `# NodePool/${name} would be created`
        : `# NodePool/${name} would grow from ${nodes.from} to ${nodes.to} nodes`,
    ),
    ...leftBy(pool).map(({ name }) => `# NodePool/${name} would be deleted`),
    ...moved.flatMap(({ ref, change, diff }) => [
      `# ${formatRef(ref)} would be ${change}`,
      ...(diff === undefined || diff === '' ? [] : formatDiff(diff, colors)),
    ]),
  ]
}

function formatLint({ problems, workspaces }: Shown<LintResult>, colors: Colors): string[] {
  const names = workspaces.length === 0 ? '' : ` in ${workspaces.join(', ')}`
  return [...formatProblems(problems, colors), `${countProblems(problems)}${names}`]
}

function formatDelete(
  { target, workspace, pool, changes, elapsedMs }: DeleteResult,
  colors: Colors,
  isVerbose: boolean,
): string[] {
  const { bold, green, dim } = colors
  const gone = changes.filter(({ change }) => change === 'deleted')
  const kept = changes.filter(({ change }) => change === 'kept')
  if (gone.length === 0 && pool === undefined)
    return [`Nothing to delete: there is no workspace ${workspace} (${formatTarget(target)}).`]
  const simulated = target.isSimulated === true ? ' (simulated)' : ''
  return [
    `${green('✓')} ${bold(`${workspace} is deleted`)} in ${formatMs(elapsedMs)}${simulated}`,
    ...formatFacts(
      [
        ['nodes', pool === undefined ? undefined : `node pool ${pool.name} is gone; the cloud confirms it`],
        ['objects', `${gone.length} deleted${kept.length === 0 ? '' : `, ${kept.length} kept`}`],
        ['kept', kept.map(({ ref }) => formatRef(ref)).join(', ')],
      ],
      dim,
    ),
    ...(isVerbose ? ['', bold('Objects'), ...formatChanges(changes, colors)] : []),
  ]
}

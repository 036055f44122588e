/** A plan as Markdown, for a comment on a pull request or the summary of a job. */
import { formatRef } from '#core/objects/kube-object.ts'
import { isPoolMade, leftBy, type ObjectChange, type PlanResult, type Shown } from '#core/results.ts'
import { formatTarget } from './changes-text.ts'
import { planFacts } from './plan-text.ts'

export function formatPlansMarkdown(results: readonly Shown<PlanResult>[]): string {
  return `${results.map(planMarkdown).join('\n\n')}\n`
}

function planMarkdown(result: Shown<PlanResult>): string {
  const { plan, pool, changes, target } = result
  const moved = changes.filter(({ change }) => change !== 'unchanged')
  const count = moved.length + Number(isPoolMade(pool)) + leftBy(pool).length
  const verdict = count === 0 ? 'nothing to do' : `${count} to change`
  const facts: [string, string][] = [['target', formatTarget(target)], ...planFacts(result).slice(1)]
  return [
    `## kaito plan: ${plan.objectName}, ${verdict}`,
    '',
    '| | |',
    '|---|---|',
    ...facts.map(([key, value]) => `| **${key}** | ${cell(value)} |`),
    '',
    '| Change | Object |',
    '|---|---|',
    ...(pool.change === 'existing' ? [] : [`| ${pool.change} | NodePool/${cell(pool.name)} |`]),
    ...leftBy(pool).map(({ name }) => `| deleted | NodePool/${cell(name)} |`),
    ...changes.map(({ change, ref }) => `| ${change} | ${cell(formatRef(ref))} |`),
    ...plan.warnings.map(({ code, message }) => `\n> [!WARNING]\n> ${message} (${code})`),
    ...moved.flatMap(diffOf),
  ].join('\n')
}

function diffOf({ ref, diff }: ObjectChange): string[] {
  if (diff === undefined || diff === '') return []
  // A fence that is longer than any in the text cannot be ended by it.
  const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [
    '',
    `<details><summary>${formatRef(ref)}</summary>`,
    '',
    `${fence}diff`,
    diff.trimEnd(),
    fence,
    '',
    '</details>',
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

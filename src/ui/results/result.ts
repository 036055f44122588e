/** Results → the only bytes on stdout. */
import type { Result, ShownResult, WorkspaceEnd } from '#core/results.ts'
import { NEW_SHELL, type Say, sayAdvice, wordDeep } from '../text/advice-text.ts'
import { type ColorRequest, createColors } from '../text/colors.ts'
import { type Redactor, redactDeep } from '../text/redact.ts'
import { wrapText } from '../text/wrap.ts'
import { formatJunit, formatSarif } from './lint-reports.ts'
import { formatPlansMarkdown } from './plan-markdown.ts'
import { formatTotalPrice } from './plan-text.ts'
import { formatRender } from './render-text.ts'
import { formatJson, formatNames, formatYaml } from './result-machine.ts'
import { formatResultText } from './result-text.ts'
import { formatSeveral } from './several-text.ts'
import type { StatusForm } from './status-text.ts'

export interface ResultOptions extends ColorRequest {
  redact: Redactor
  /** For the cluster of this run. */
  say?: Say
  /** Text only: the arithmetic behind every figure of a plan. */
  explain?: boolean
  /** Text only: each object and each check. */
  isVerbose?: boolean
  /** Text only: how the status of workspaces is laid out. */
  status?: Partial<StatusForm>
  /** JSON and YAML: one result alone is a List, too, for it might have been several. */
  isList?: boolean
  /** Text only: how each of several workspaces came out, as one table instead of a page for each. */
  ends?: readonly WorkspaceEnd[]
  /** Text only: it was shown before, and is now again. */
  again?: Date
}

/** Text that ends with a line break, or nothing. Secrets are masked, except in manifests, which must stay as they are. */
export function formatResults(
  results: readonly Result[],
  output: 'text' | 'json' | 'yaml' | 'name' | 'wide' | 'markdown' | 'sarif' | 'junit',
  options: ResultOptions,
): string {
  const { redact, say = (advice) => sayAdvice(advice, NEW_SHELL) } = options
  const safe = results.map(
    (result): ShownResult =>
      result.kind === 'Render' ? result : redactDeep(wordDeep<ShownResult>(result, say), redact),
  )
  const manifests = safe.filter((result) => result.kind === 'Render')
  const isManifests = safe.length > 0 && manifests.length === safe.length
  if (isManifests && (output === 'text' || output === 'yaml'))
    return manifests.map((result) => formatRender(result, say)).join('')
  if (output === 'json') return formatJson(safe, options.isList)
  if (output === 'yaml') return formatYaml(safe, options.isList)
  if (output === 'name') return formatNames(safe)
  // The command line lets them through only where they make sense.
  if (output === 'markdown') return formatPlansMarkdown(safe.filter((result) => result.kind === 'Plan'))
  if (output === 'sarif') return formatSarif(safe.filter((result) => result.kind === 'Lint'))
  if (output === 'junit') return formatJunit(safe.filter((result) => result.kind === 'Lint'))
  const colors = createColors(options)
  const { ends = [] } = options
  if (ends.length > 1) return `${wrapText(formatSeveral(safe, ends, colors).join('\n'), options.stream.columns)}\n`
  const { explain = false, isVerbose = false } = options
  const isWide = output === 'wide'
  const status = { isWide, isBare: false, ...options.status, isTable: isWide || options.status?.isTable === true }
  const text = safe
    .filter((result) => result.kind !== 'Render')
    .map((result) => formatResultText(result, colors, { explain, isVerbose, status, say }))
  const plans = safe.filter((result) => result.kind === 'Plan')
  const total = plans.length < 2 ? [] : [`${colors.bold('All together')}\n  ${formatTotalPrice(plans)}\n`]
  const rule = options.again === undefined ? '' : `\n--- ${options.again.toISOString().slice(11, 19)}Z\n`
  return `${rule}${wrapText([...text, ...total].join('\n'), options.stream.columns)}`
}

/** The plan as a table: model, fit with its sum, start, pool and price. */
import type { ChalkInstance } from 'chalk'
import type { PoolDecision } from '#core/plan/types.ts'
import type { PlanResult } from '#core/results.ts'

const HOURS_PER_MONTH = 730

export function planLines({ plan, target }: PlanResult, palette: ChalkInstance): string[] {
  const { model, sizing, image, startup, pool } = plan
  const gpus = `${sizing.tensorParallelSize} of ${sizing.gpu.perNode} × ${sizing.gpu.model} (${sizing.gpu.visibleGiB} GiB visible)`
  return [
    `${palette.bold(plan.objectName)} in namespace ${plan.namespace}, context ${target.context}`,
    row('Model', `${model.name}: ${model.modelId}${model.revision === undefined ? ' (not pinned to a commit)' : ` at ${model.revision.slice(0, 12)}`}`),
    row('Engine', `${image.engine} ${image.version}, ${image.reference}`),
    row('GPUs', `${gpus}, tensor parallel ${sizing.tensorParallelSize}, ${sizing.dtype}`),
    row('Context', `${sizing.maxModelLen} tokens (${FROM[sizing.maxModelLenFrom]}), ${sizing.maxConcurrency.toFixed(1)} such requests at once`),
    row('Memory', 'GiB per GPU'),
    ...sizing.memory.map(({ term, gib, formula }) => `    ${term.padEnd(14)} ${gib.toFixed(2).padStart(8)}   ${palette.dim(formula)}`),
    row('Start', `about ${minutes(startup.seconds)}; given up only after ${minutes(startup.budgetSeconds)}`),
    ...startup.terms.map(({ step, seconds, formula }) => `    ${step.padEnd(14)} ${String(Math.round(seconds)).padStart(6)} s   ${palette.dim(formula)}`),
    row('Nodes', nodesText(pool)),
    row('Price', priceText(pool)),
    '',
  ]
}

const FROM = { flag: 'from --max-model-len', config: 'from the config', model: "the model's limit", memory: 'what memory allows' } as const

function row(label: string, text: string): string {
  return `  ${label.padEnd(9)}${text}`
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}

function nodesText(pool: PoolDecision): string {
  if (pool.mode === 'existing') return `your own${pool.nodes.length === 0 ? '' : `: ${pool.nodes.join(', ')}`}`
  const { name, count, instanceType, diskGiB } = pool.request
  return `${pool.cloud} node pool ${name}: ${count} × ${instanceType}, ${diskGiB} GiB disk`
}

/** Per hour, day and month; unknown says unknown. */
export function priceText(pool: PoolDecision): string {
  if (pool.mode === 'existing') return 'your own nodes: nothing new is paid for'
  if (pool.usdPerHour === undefined) return 'unknown for this machine type'
  const { usdPerHour, sku } = pool
  const source = sku.priceRegion === undefined ? '' : `; on demand, ${[sku.priceRegion, sku.priceDate].filter(Boolean).join(' ')}`
  return `$${usdPerHour.toFixed(2)} per hour, $${(usdPerHour * 24).toFixed(0)} per day, $${(usdPerHour * HOURS_PER_MONTH).toFixed(0)} per month (nodes only${source})`
}

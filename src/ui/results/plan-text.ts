/** The plan for people: does it fit, where does it run, what does it cost, what would be written. */

import type { PoolDecision } from '#core/placement/decision.ts'
import type { Plan } from '#core/plan/types.ts'
import { isPoolMade, leftBy, type PlanResult } from '#core/results.ts'
import type { Sizing } from '#core/sizing/types.ts'
import type { Colors } from '../text/colors.ts'
import { formatAbout, formatCount, formatPrice, formatSeconds, plural } from '../text/figures.ts'
import { formatFacts, formatTable, indent } from '../text/table.ts'
import { formatLeft, formatPlannedChanges, formatPoolPlan, formatTarget } from './changes-text.ts'
import { settingFacts } from './settings-text.ts'

/** @param explain shows the arithmetic behind every figure. */
export function formatPlan(result: PlanResult, colors: Colors, explain: boolean): string[] {
  const { plan, changes } = result
  const { bold, dim } = colors
  return [
    bold(`Plan for ${plan.objectName}`),
    ...formatFacts(planFacts(result), dim),
    '',
    bold('Memory per GPU, GiB'),
    ...formatMemory(plan.sizing, colors, explain),
    ...(explain ? ['', bold('Start-up'), ...formatStartup(plan, colors)] : []),
    '',
    bold('Objects'),
    ...formatPlannedChanges(changes, colors),
  ]
}

/** What a plan comes to, as pairs of what and how. */
export function planFacts({ target, plan, pool, kept, settings }: PlanResult): [string, string][] {
  const price = formatPoolPrice(plan.pool)
  return [
    ['target', formatTarget(target)],
    ['model', formatModel(plan)],
    ['engine', `${plan.image.engine} ${plan.image.version}, ${plan.image.reference}`],
    ['runs as', formatSizing(plan)],
    ['context', formatContext(plan)],
    ['nodes', formatNodes(plan.pool, formatPoolPlan(pool))],
    ...leftBy(pool).map((each): [string, string] => ['then', `${formatLeft(each)} is removed`]),
    ...(price === undefined ? [] : [['price', price] satisfies [string, string]]),
    ['update', plan.update.because],
    ['start', formatStart(plan, isPoolMade(pool))],
    ...settingFacts(settings, kept),
  ]
}

/** `$3.67 per hour, …`; undefined for one's own nodes. */
function formatPoolPrice(pool: PoolDecision): string | undefined {
  if (pool.mode === 'existing') return undefined
  if (pool.usdPerHour === undefined) return `${formatPrice(undefined)}; see the cloud's price list`
  const { priceRegion, priceDate } = pool.sku
  const basis = ['on demand', priceRegion, priceDate].filter((part) => part !== undefined)
  return `${formatPrice(pool.usdPerHour)} (${basis.join(', ')})`
}

/** Of all the pools that there will be; one's own nodes cost nothing more. */
export function formatTotalPrice(plans: readonly PlanResult[]): string {
  const pools = plans.flatMap(({ plan: { pool } }) => (pool.mode === 'existing' ? [] : [pool]))
  if (pools.length === 0) return 'on your own nodes'
  const known = pools.flatMap(({ usdPerHour }) => usdPerHour ?? [])
  const unknown = pools.length - known.length
  const total = formatPrice(known.reduce((sum, usdPerHour) => sum + usdPerHour, 0))
  return unknown === 0 ? total : `${total}, and ${plural(unknown, 'pool')} of unknown price`
}

/** A new node comes first. */
function formatStart({ startup, pool }: Plan, isNewNode: boolean): string {
  const usual = isNewNode && pool.mode === 'create' ? pool.usualSeconds : undefined
  const node = usual === undefined ? '' : `${formatAbout(usual.ready + usual.gpus)} for the node, then `
  return `${node}${formatAbout(startup.seconds)}; kaito gives up after ${formatSeconds(startup.budgetSeconds)}`
}

function formatModel({ model }: Plan): string {
  const revision = model.revision === undefined ? 'revision not pinned' : `revision ${model.revision.slice(0, 8)}`
  return `${model.name}, ${model.modelId}, ${revision}`
}

function formatSizing(plan: Plan): string {
  const { tensorParallelSize, dtype } = plan.sizing
  const split = tensorParallelSize > 1 ? `, tensor parallel ${tensorParallelSize}` : ''
  return `${formatReplicas(plan)}, ${dtype}${split}`
}

/** `2 replicas of 1 GPU (A10)`. */
export function formatReplicas({ sizing, replicas }: Plan): string {
  return `${plural(replicas, 'replica')} of ${plural(sizing.tensorParallelSize, 'GPU')} (${sizing.gpu.model})`
}

/** `2 × A`. @param own what one's own nodes are called there. */
export function formatMachines(pool: PoolDecision, own = 'your own nodes'): string {
  return pool.mode === 'existing' ? own : `${pool.nodes} × ${pool.request.instanceType}`
}

/** Undefined for one's own nodes. */
export function formatMachinePrice(pool: PoolDecision): string | undefined {
  return pool.mode === 'existing' ? undefined : formatPrice(pool.usdPerHour)
}

const LIMITED_BY = {
  flag: 'set by flag',
  config: 'set in the engine config',
  model: "the model's own limit",
  memory: 'the most that fits in GPU memory',
} as const

/** `32,768 tokens`, or about what the engine is expected to find. */
export function formatTokens({ sizing, chosen }: Plan): string {
  if (sizing.lengthBy === undefined) return `${formatCount(sizing.maxModelLen)} tokens`
  return chosen.found === undefined
    ? `about ${formatCount(sizing.maxModelLen)} tokens`
    : `${formatCount(chosen.found)} tokens`
}

function formatContext(plan: Plan): string {
  const { maxModelLenFrom, maxConcurrency, lengthBy } = plan.sizing
  const concurrency =
    maxConcurrency >= 10 ? formatCount(maxConcurrency) : (Math.floor(maxConcurrency * 10) / 10).toString()
  const requests = `${concurrency} concurrent request${concurrency === '1' ? '' : 's'}`
  if (lengthBy === undefined)
    return `${formatTokens(plan)} (${LIMITED_BY[maxModelLenFrom]}), enough memory for ${requests} of that length`
  return plan.chosen.found === undefined
    ? `${formatTokens(plan)}; the engine decides at startup`
    : `${formatTokens(plan)}, chosen by the engine at startup`
}

function formatNodes(pool: PoolDecision, change: string): string {
  if (pool.mode === 'existing') {
    const names = pool.nodes.length === 0 ? 'chosen by the scheduler' : pool.nodes.join(', ')
    return `${change}: ${names}`
  }
  const { nodes, request } = pool
  const needed = nodes > request.count ? `, of which ${request.count} would do` : ''
  return `node pool ${change}: ${nodes} × ${request.instanceType}${needed}`
}

/** What the GPU shows, what the engine may take of it, and what takes it. */
function formatMemory({ memory, kvPoolTokens }: Sizing, { dim }: Colors, explain: boolean): string[] {
  const rows = memory.map(({ term, gib, formula }) => {
    const note = term === 'kv-cache' ? `${formatCount(kvPoolTokens)} tokens` : ''
    return [term, gib.toFixed(2), explain ? formula : note]
  })
  return indent(formatTable(rows, [{}, { align: 'right' }, { paint: dim }]))
}

function formatStartup({ startup }: Plan, { dim }: Colors): string[] {
  const rows = startup.terms.map(({ step, seconds, formula }) => [step, formatSeconds(seconds), formula])
  return indent(formatTable(rows, [{}, { align: 'right' }, { paint: dim }]))
}

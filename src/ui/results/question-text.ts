/** What is asked before money or an outage: a few rows to look at, and one sentence that can be answered by itself. */
import type { NodePool } from '#core/cloud/node-pool.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import { OF_MACHINE } from '#core/plan/setting-changes.ts'
import { isPoolMade, leftBy, type PlanResult, type PoolChange, type Target } from '#core/results.ts'
import type { Colors } from '../text/colors.ts'
import { formatAbout, formatHourly, plural } from '../text/figures.ts'
import { formatFacts, formatTable, indent } from '../text/table.ts'
import { formatLeft } from './changes-text.ts'
import { formatMachinePrice, formatMachines, formatReplicas, formatTokens } from './plan-text.ts'
import { formatSettingChange } from './settings-text.ts'

export interface Question {
  rows: string[]
  /** What somebody would miss, then what is done, where, to what, and for how much. */
  says: string
}

/** More are counted: the question must stay on the screen with what it is about. */
const ROWS = 4
const NAMES = 4
/** In a row of their own. */
const LISTED = 8

/** Undefined where nothing costs money and nothing is taken away. */
export function deployQuestion(plans: readonly PlanResult[], colors: Colors): Question | undefined {
  const asked = plans.filter(({ pool, losses }) => isPoolMade(pool) || leftBy(pool).length > 0 || losses.length > 0)
  const [first] = asked
  if (first === undefined) return undefined
  const losses = asked.flatMap((plan) => lossOf(plan, plans.length > 1))
  return asked.length === 1
    ? { rows: rowsOfOne(first, colors), says: [...losses, actOfOne(first)].join(' ') }
    : { rows: rowsOfMany(asked), says: [...losses, actOfMany(asked, first.target)].join(' ') }
}

function lossOf({ losses, plan }: PlanResult, isOfSeveral: boolean): string[] {
  if (losses.length === 0) return []
  return [`${isOfSeveral ? `${plan.objectName}: ` : ''}${losses.map(({ says }) => says).join(' ')}`]
}

function rowsOfOne({ plan, pool, settings }: PlanResult, { dim }: Colors): string[] {
  const { startup } = plan
  const usual = isPoolMade(pool) && plan.pool.mode === 'create' ? plan.pool.usualSeconds : undefined
  const node = usual === undefined ? 0 : usual.ready + usual.gpus
  // Of a move the sentence says which machines, and what they cost; how much of their memory is used follows from them.
  const isMove = leftBy(pool).length > 0
  const changes = settings.filter(({ setting }) => !isMove || !OF_MACHINE.includes(setting))
  const parts = node === 0 ? '' : ` (node ${formatAbout(node)}, engine ${formatAbout(startup.seconds)})`
  return formatFacts(
    [
      ['runs as', `${formatReplicas(plan)}, ${formatTokens(plan)} of context`],
      ['price', isPoolMade(pool) && !isMove ? formatMachinePrice(plan.pool) : undefined],
      ['ready', `in ${formatAbout(node + startup.seconds)}${parts}`],
      ['changes', changes.map(formatSettingChange).join(', ')],
    ],
    dim,
  )
}

function rowsOfMany(plans: readonly PlanResult[]): string[] {
  const rows = plans
    .slice(0, ROWS)
    .map(({ plan }) => [plan.objectName, plan.model.name, formatMachines(plan.pool), hourly(plan.pool)])
  const more = plans.length - ROWS
  return indent([...formatTable(rows), ...(more > 0 ? [`and ${more} more: kaito plan shows each of them`] : [])])
}

function actOfOne({ plan, pool, target }: PlanResult): string {
  const about = `workspace ${plan.objectName} (model ${plan.model.name}`
  const where = placeIn(target.context, [plan.namespace])
  if (leftBy(pool).length > 0) return moveOf(plan.pool, pool, `${about})`, where)
  if (pool.change === 'shrunk' && pool.nodes !== undefined)
    return `This shrinks ${about}) from ${pool.nodes.from} to ${pool.nodes.to} × ${machineOf(plan.pool)} in ${where}: ${hourly(plan.pool)} from then on.`
  if (!isPoolMade(pool)) return `This changes ${about}, ${formatMachines(plan.pool)}${atPrice(plan.pool)}) in ${where}.`
  const { nodes } = pool
  const end = `${hourly(plan.pool)} until it is deleted.`
  return nodes === undefined
    ? `This creates ${formatMachines(plan.pool)} for ${about}) in ${where}: ${end}`
    : `This grows ${about}) from ${nodes.from} to ${formatMachines(plan.pool)} in ${where}: ${end}`
}

/** From which machines to which; or, where the new ones stand already, what goes. */
function moveOf(pool: PoolDecision, change: PoolChange, about: string, where: string): string {
  const left = leftBy(change)
  if (!isPoolMade(change))
    return `This puts ${about} on ${formatMachines(pool)} alone in ${where}, and removes ${left.map(formatLeft).join(' and ')}: ${hourly(pool)} from then on.`
  const from = left.map(({ nodes, instanceType }) => `${nodes} × ${instanceType}`).join(' and ')
  return `This moves ${about} from ${from} to ${formatMachines(pool)} in ${where}: ${movePrice(pool, change)}`
}

/** Both stand, and are billed, until it answers from the new one. */
function movePrice(pool: PoolDecision, change: PoolChange): string {
  return `${hourly(pool)}, and ${untilGone([{ pool, change }])}`
}

function untilGone(pools: readonly { pool: PoolDecision; change: PoolChange }[]): string {
  const prices = pools.flatMap(({ pool, change }) => [
    ...(pool.mode === 'existing' ? [] : [pool.usdPerHour]),
    ...leftBy(change).map((each) => each.usdPerHour),
  ])
  const known = prices.filter((price) => price !== undefined)
  const sum = formatHourly(known.reduce((total, price) => total + price, 0))
  const all = known.length === prices.length ? sum : `${sum} and an unknown price`
  return `${all} until the old machines are gone.`
}

/** How many of them go to other machines. */
function movesOf(plans: readonly PlanResult[]): string {
  const moves = plans.filter(({ pool }) => leftBy(pool).length > 0)
  if (moves.length === 0) return ''
  const pools = plans.map(({ plan, pool }) => ({ pool: plan.pool, change: pool }))
  return ` ${moves.length} of them move${moves.length === 1 ? 's' : ''} to other machines: ${untilGone(pools)}`
}

function actOfMany(plans: readonly PlanResult[], target: Target): string {
  const made = plans.filter(({ pool }) => isPoolMade(pool))
  const pools = made.map(({ plan }) => plan.pool)
  const about = `${plural(plans.length, 'workspace')} (${someOf(plans.map(({ plan }) => plan.objectName))})`
  const where = placeIn(
    target.context,
    plans.map(({ plan }) => plan.namespace),
  )
  const moves = movesOf(plans)
  if (made.length === 0) return `This changes ${about} in ${where}.${moves}`
  return `This creates ${machineSum(pools)} for ${about} in ${where}: ${hourlySum(pools)} until they are deleted.${moves}`
}

/** `2 × A, 1 × B`, each type once. */
function machineSum(pools: readonly PoolDecision[]): string {
  const counts = new Map<string, number>()
  for (const pool of pools) {
    if (pool.mode === 'existing') continue
    const { instanceType } = pool.request
    counts.set(instanceType, (counts.get(instanceType) ?? 0) + pool.nodes)
  }
  return [...counts].map(([type, count]) => `${count} × ${type}`).join(', ')
}

function hourlySum(pools: readonly PoolDecision[]): string {
  const prices = pools.map((pool) => (pool.mode === 'existing' ? 0 : pool.usdPerHour))
  const sum = `${formatHourly(prices.reduce<number>((total, price) => total + (price ?? 0), 0))} in all`
  const unknown = prices.filter((price) => price === undefined).length
  return unknown === 0 ? sum : `${sum} and ${plural(unknown, 'pool')} of unknown price`
}

function machineOf(pool: PoolDecision): string {
  return pool.mode === 'existing' ? 'your own nodes' : pool.request.instanceType
}

function hourly(pool: PoolDecision): string {
  if (pool.mode === 'existing') return ''
  return pool.usdPerHour === undefined ? 'at an unknown price' : formatHourly(pool.usdPerHour)
}

function atPrice(pool: PoolDecision): string {
  const price = hourly(pool)
  return price === '' ? '' : `, ${price}`
}

function placeIn(context: string, namespaces: readonly string[]): string {
  const all = [...new Set(namespaces)]
  return `context ${context}, namespace${all.length === 1 ? '' : 's'} ${someOf(all)}`
}

function someOf(names: readonly string[], most = NAMES): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** What a delete has found. */
export interface Doomed {
  target: Target
  workspace: string
  model: string | undefined
  pools: readonly NodePool[]
  /** Of all of them; undefined where the catalogue does not know it. */
  usdPerHour: number | undefined
  objects: readonly string[]
  kept: readonly string[]
}

export function deleteQuestion(all: readonly Doomed[], { dim }: Colors): Question {
  const [first] = all
  const objects = all.flatMap((each) => each.objects)
  const kept = all.flatMap((each) => each.kept)
  const rows = formatFacts(
    [
      ['objects', someOf(objects, LISTED)],
      ['kept', someOf(kept, LISTED)],
    ],
    dim,
  )
  const context = first?.target.context ?? ''
  const where = placeIn(
    context,
    all.map(({ target }) => target.namespace),
  )
  const names = all.map(({ workspace }) => workspace)
  const model = first?.model === undefined ? '' : ` (model ${first.model})`
  const about =
    all.length === 1 ? `workspace ${names[0]}${model}` : `${plural(all.length, 'workspace')} (${someOf(names)})`
  return { rows, says: `This deletes ${about} in ${where}: ${whatGoes(all, objects.length)}.` }
}

function whatGoes(all: readonly Doomed[], objects: number): string {
  const pools = all.flatMap((each) => each.pools)
  const machines = pools.map(({ name, count, instanceType }) => `node pool ${name} (${count} × ${instanceType})`)
  const prices = all.map(({ usdPerHour }) => usdPerHour)
  const price = prices.reduce<number>((sum, each) => sum + (each ?? 0), 0)
  const isKnown = pools.length > 0 && !prices.includes(undefined)
  return [
    ...(machines.length === 0 ? [] : [someOf(machines)]),
    ...(isKnown ? [`${formatHourly(price)}${all.length === 1 ? '' : ' in all'}`] : []),
    ...(objects === 0 ? [] : [plural(objects, 'object')]),
  ].join(', ')
}

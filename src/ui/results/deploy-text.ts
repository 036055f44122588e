/** What a deploy hands over at its end: that it answered, where, what it costs, and what to type next. Ten lines at most. */
import { advice, kaito, type Worded } from '#core/advice.ts'
import type { ChangeKind } from '#core/events.ts'
import { type DeployResult, type Endpoint, type EndpointResult, isPoolMade, leftBy, type Shown } from '#core/results.ts'
import type { Say } from '../text/advice-text.ts'
import type { Colors, Paint } from '../text/colors.ts'
import { formatMs } from '../text/figures.ts'
import { formatFacts } from '../text/table.ts'
import { formatChanges, formatVerifications, openChecks } from './changes-text.ts'
import { formatMachinePrice, formatMachines } from './plan-text.ts'
import { formatSettingChange } from './settings-text.ts'

interface DeployTextOptions {
  say: Say
  /** With each object and each check. */
  isVerbose: boolean
}

export function formatDeploy(
  result: Shown<DeployResult>,
  colors: Colors,
  { say, isVerbose }: DeployTextOptions,
): string[] {
  const { changes, verifications } = result
  const { bold } = colors
  const open = verifications.filter(({ outcome }) => outcome !== 'ok')
  return [
    formatHeadline(result, colors),
    ...(isVerbose ? [] : formatVerifications(open, colors)),
    ...(isUnchanged(result) ? [] : formatFacts(factsOf(result, say), colors.dim)),
    ...(isVerbose
      ? [
          '',
          bold('Objects'),
          ...formatChanges(changes, colors),
          '',
          bold('Checks'),
          ...formatVerifications(verifications, colors),
        ]
      : []),
  ]
}

function isUnchanged({ pool, changes, settings }: Shown<DeployResult>): boolean {
  return (
    !isPoolMade(pool) &&
    pool.change !== 'shrunk' &&
    leftBy(pool).length === 0 &&
    settings.length === 0 &&
    changes.every(({ change }) => change === 'unchanged')
  )
}

/** It answers only when everything was asked. */
function formatHeadline(result: Shown<DeployResult>, { bold, green, yellow }: Colors): string {
  const { plan, target, elapsedMs, verifications } = result
  const open = openChecks(verifications)
  const name = plan.objectName
  const took = formatMs(elapsedMs)
  const end = `in ${took}${target.isSimulated === true ? ' (simulated)' : ''}`
  const unchanged = isUnchanged(result) ? ', unchanged' : ''
  if (open.length > 0)
    return `${yellow('!')} ${bold(`${name} is deployed${unchanged}; not verified: ${open.join(', ')}`)} (${took})`
  if (plan.replicas === 0) return `${green('✓')} ${bold(`${name} is scaled to 0${unchanged}`)} ${end}`
  return `${green('✓')} ${bold(`${name} answers${unchanged}`)}: ${plan.replicas}/${plan.replicas} replicas verified ${end}`
}

function factsOf(result: Shown<DeployResult>, say: Say): [string, string | undefined][] {
  const { plan, settings, endpoint } = result
  const about = { workspace: plan.objectName, namespace: plan.namespace }
  return [
    ['url', `${endpoint.url} (inside the cluster)`],
    ['model', endpoint.servedModelName],
    ['nodes', formatNodes(result)],
    ['price', formatMachinePrice(plan.pool)],
    ['objects', formatCounts(result)],
    ['changes', settings.map(formatSettingChange).join(', ')],
    ['ask it', endpoint.chatCommand],
    ['open it', endpoint.portForwardCommand],
    ['remove', say(advice`${kaito('delete', about)}`)],
  ]
}

function formatNodes({ plan, pool }: Shown<DeployResult>): string {
  const machines = formatMachines(plan.pool, 'your own')
  if (plan.pool.mode === 'existing') return machines
  const moved = pool.change === 'shrunk' ? 'shrunk' : 'grown'
  const grown = pool.nodes === undefined ? pool.change : `${moved} from ${pool.nodes.from}`
  const gone = leftBy(pool).map((each) => `; node pool ${each.name} is gone`)
  return `${machines} (node pool ${pool.name}, ${grown}${gone.join('')})`
}

/** `3 created, 1 unchanged; revision 2`. */
function formatCounts({ changes, revision }: Shown<DeployResult>): string {
  const counts = new Map<ChangeKind, number>()
  for (const { change } of changes) counts.set(change, (counts.get(change) ?? 0) + 1)
  return `${[...counts].map(([change, count]) => `${count} ${change}`).join(', ')}; revision ${revision}`
}

export function formatEndpoint({ endpoint }: Shown<EndpointResult>, { bold, dim }: Colors): string[] {
  return [
    bold(`Endpoint of ${endpoint.workspace}`),
    ...formatFacts(
      [
        ['url', `${endpoint.url} (inside the cluster)`],
        ['model', endpoint.servedModelName],
        ['namespace', endpoint.namespace],
      ],
      dim,
    ),
    '',
    ...formatCommands(endpoint, bold),
  ]
}

/** As typed: nothing is broken over lines, so that it can be copied. */
function formatCommands({ chatCommand, portForwardCommand, curlCommand }: Worded<Endpoint>, bold: Paint): string[] {
  return [
    bold('Ask it something'),
    `  ${chatCommand}`,
    '',
    bold('Open it for curl and OpenAI clients, until Ctrl-C'),
    `  ${portForwardCommand}`,
    bold('and in another terminal'),
    `  ${curlCommand}`,
  ]
}

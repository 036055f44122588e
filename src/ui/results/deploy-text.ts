/** What a deploy hands over at its end: that it answered, where, and what it costs. */
import { advice, kaito, type Worded } from '#core/advice.ts'
import type { DeployResult, Endpoint, EndpointResult, Shown } from '#core/results.ts'
import type { Verification } from '#core/status/workspace-status.ts'
import type { Say } from '../text/advice-text.ts'
import type { Colors, Paint } from '../text/colors.ts'
import { formatMs } from '../text/figures.ts'
import { formatFacts } from '../text/table.ts'
import { formatChanges, formatPoolChange, formatVerifications } from './changes-text.ts'
import { formatPoolPrice } from './plan-text.ts'
import { settingFacts } from './settings-text.ts'

export function formatDeploy(result: Shown<DeployResult>, colors: Colors, say: Say): string[] {
  const { plan, pool, settings, changes, verifications, endpoint, revision, elapsedMs, target } = result
  const { bold, dim } = colors
  return [
    `${formatHeadline(plan.objectName, verifications, colors)}${target.isSimulated === true ? ' (simulated)' : ''}`,
    ...formatFacts(
      [
        ['url', `${endpoint.url} (inside the cluster)`],
        ['model', endpoint.servedModelName],
        ['nodes', formatPoolChange(pool)],
        ['price', formatPoolPrice(plan.pool)],
        ['revision', String(revision)],
        ...settingFacts(settings),
        ['took', formatMs(elapsedMs)],
      ],
      dim,
    ),
    '',
    bold('Objects'),
    ...formatChanges(changes, colors),
    '',
    bold('Asked and answered'),
    ...formatVerifications(verifications, colors),
    '',
    ...formatCommands(endpoint, bold),
    '',
    bold('Remove it'),
    `  ${say(advice`${kaito('delete', { workspace: plan.objectName, namespace: plan.namespace })}`)}`,
  ]
}

/** It answers only when everything was asked. */
function formatHeadline(name: string, verifications: readonly Verification[], { bold, green, yellow }: Colors): string {
  const open = new Set(verifications.flatMap(({ check, outcome }) => (outcome === 'ok' ? [] : [check])))
  if (open.size === 0) return `${green('✓')} ${bold(`${name} answers`)}`
  return `${yellow('!')} ${bold(`${name} is deployed; not verified: ${[...open].join(', ')}`)}`
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
    bold('Try it'),
    `  ${chatCommand}`,
    '',
    bold('For curl and OpenAI clients, in another terminal until Ctrl-C'),
    `  ${portForwardCommand}`,
    bold('and here'),
    `  ${curlCommand}`,
  ]
}

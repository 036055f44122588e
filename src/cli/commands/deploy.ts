import { Option } from 'commander'
import { advice, kaito } from '#core/advice.ts'
import { type DeployResult, isPoolMade } from '#core/results.ts'
import { deployAll } from '#pipeline/runs/several/deploy-all.ts'
import { DRILLS, findDrill } from '#sandbox/drills.ts'
import type { CommandSpec } from '../command.ts'
import { addSeveralOptions, type SeveralOptions } from '../flags/several.ts'
import { addClusterOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { requestsFor, showWarnings } from '../input/requests.ts'
import { printSeveral } from '../print-several.ts'
import type { Session } from '../session.ts'
import { confirmDeploy } from '../terminal/confirm.ts'
import { planCommand } from './plan.ts'

interface DeployFlags extends WorkspaceOptions, SeveralOptions {
  drill: string
  dryRun: boolean
}

export const deployCommand: CommandSpec<DeployFlags> = {
  name: 'deploy',
  argument: { syntax: '[model]', description: 'model name, for example mistral-7b' },
  summary: 'deploy a model: node pool, manifests, rollout, and an endpoint that has answered',
  group: 'Deploy',
  examples: [
    {
      args: 'deploy mistral-7b --yes',
      says: 'From a model name, on the cheapest GPU machine that fits, without asking',
    },
    {
      args: 'deploy -f workspace.yaml --max-model-len 8192 --yes',
      says: 'From a workspace file; flags override the file',
    },
    {
      args: 'deploy mistral-7b --yes -o json',
      says: 'In a pipeline: progress on stderr, the result as JSON on stdout',
    },
  ],
  options: (command) =>
    addSeveralOptions(addClusterOptions(command))
      .option('--dry-run', 'show the plan and change nothing; same as kaito plan', false)
      .addOption(
        new Option('--drill <name>', 'rehearse a failure in the sandbox')
          .choices(['none', ...DRILLS.map(({ name }) => name)])
          .default('none'),
      ),
  async run([model], options, session) {
    if (options.dryRun) return planCommand.run(model === undefined ? [] : [model], options, session)
    const { requests, ports } = await requestsFor(model, options, session)
    showWarnings(requests.warnings, session)
    const { waitLock, failFast } = options
    const done = await deployAll(
      requests.items,
      { waitLock, failFast, confirm: (plans) => confirmDeploy(plans, session) },
      ports,
    )
    tellUnrehearsed(options.drill, done.results, session)
    return printSeveral(done, session)
  },
}

/** A drill fails what starts anew; a deploy that found everything in its place has rehearsed nothing. */
export function tellUnrehearsed(drill: string, results: readonly DeployResult[], { emit }: Session): void {
  const found = findDrill(drill)
  for (const { plan, pool, changes } of results) {
    const isUntouched = !isPoolMade(pool) && changes.every(({ change }) => change === 'unchanged')
    if (found === undefined || found.atDelete !== undefined || (found.code === undefined && !isUntouched)) continue
    const again = kaito('delete', { workspace: plan.objectName, namespace: plan.namespace })
    const message = advice`The drill ${drill} was not rehearsed: what it makes fail already existed and was not started again. First: ${again}, or kaito sandbox reset`
    emit({ type: 'warning', phase: 'verify', code: 'drill-not-rehearsed', message })
  }
}

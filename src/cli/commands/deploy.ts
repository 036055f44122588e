import { Option } from 'commander'
import { deployAll } from '#pipeline/deploy-all.ts'
import { DRILLS } from '#sandbox/drills.ts'
import type { CommandSpec } from '../command.ts'
import { confirmDeploy } from '../confirm.ts'
import { addClusterOptions, type WorkspaceOptions } from '../options.ts'
import { requestsFor, showWarnings } from '../requests.ts'
import { tellUnrehearsed } from '../sandbox.ts'
import { planCommand } from './plan.ts'

interface DeployFlags extends WorkspaceOptions {
  drill: string
  waitLock: boolean
  dryRun: boolean
}

export const deployCommand: CommandSpec<DeployFlags> = {
  name: 'deploy',
  argument: { syntax: '[model]', description: 'name of a model, for example mistral-7b' },
  summary: 'take a model to an endpoint that answers: node pool, manifests, wait, verify',
  group: 'Deploy',
  examples: [
    {
      args: 'deploy mistral-7b --yes',
      says: 'From the name alone: the cheapest GPU machine that fits, without asking',
    },
    {
      args: 'deploy -f workspace.yaml --max-model-len 8192 --yes',
      says: 'From a workspace file; flags win over the file',
    },
    {
      args: 'deploy mistral-7b --yes -o json',
      says: 'In a pipeline: progress on stderr, the result as JSON on stdout',
    },
  ],
  options: (command) =>
    addClusterOptions(command)
      .option('--dry-run', 'show the plan and change nothing; the same as kaito plan', false)
      .addOption(
        new Option('--drill <name>', 'rehearse a failure in the sandbox')
          .choices(['none', ...DRILLS.map(({ name }) => name)])
          .default('none'),
      )
      .option('--wait-lock', 'when another run holds the workspace, wait for it', false),
  async run(model, options, session) {
    if (options.dryRun) return planCommand.run(model, options, session)
    const { requests, ports } = await requestsFor(model, options, session)
    showWarnings(requests.warnings, session)
    const { items } = requests
    const { waitLock } = options
    const { results, failure } = await deployAll(
      items,
      { waitLock, confirm: (plans) => confirmDeploy(plans, session) },
      ports,
    )
    tellUnrehearsed(options.drill, results, session)
    if (results.length > 0) session.print(results, { isList: items.length > 1 })
    if (failure !== undefined) throw failure.error
    return 0
  },
}

import { prepareToShow } from '#pipeline/prepare/prepare.ts'
import { planResultOf, tellWarnings } from '#pipeline/prepare/result.ts'
import { nameError, portsFor } from '#pipeline/runs/several/named.ts'
import type { CommandSpec } from '../command.ts'
import { addClusterOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { requestsFor, showWarnings } from '../input/requests.ts'

export const planCommand: CommandSpec<WorkspaceOptions & { explain?: boolean }> = {
  name: 'plan',
  argument: { syntax: '[model]', description: 'name of a model, for example mistral-7b' },
  summary: 'show what deploy would do: fit, node pool, price, every object; changes nothing',
  group: 'Check',
  reports: ['markdown'],
  examples: [
    { args: 'plan mistral-7b', says: 'Does it fit, what does it cost, what would be made' },
    { args: 'plan -f workspace.yaml --explain', says: 'With every term of the memory sum' },
    { args: 'plan mistral-7b --instance-type Standard_NC40ads_H100_v5 -o json', says: 'Another machine, for a script' },
  ],
  options: (command) => addClusterOptions(command).option('--explain', 'show the formula behind every figure', false),
  async run([model], options, session) {
    const { requests, ports } = await requestsFor(model, options, session)
    showWarnings(requests.warnings, session)
    const { items } = requests
    const results = []
    let refusal: unknown
    for (const request of items) {
      const own = portsFor(request, items, ports)
      const prepared = await prepareToShow(request, own).catch((error: unknown) => {
        throw nameError(error, request, items)
      })
      tellWarnings(prepared.plan, own)
      results.push(planResultOf(prepared))
      if (prepared.refusal !== undefined) refusal ??= nameError(prepared.refusal, request, items)
    }
    session.print(results, { explain: options.explain ?? false })
    if (refusal !== undefined) throw refusal
    return 0
  },
}

import { errorFrom } from '#core/several-errors.ts'
import { createClusterCheck } from '#pipeline/prepare/cluster-checks.ts'
import { prepareToShow } from '#pipeline/prepare/prepare.ts'
import { planResultOf, tellWarnings } from '#pipeline/prepare/result.ts'
import { nameError, portsFor } from '#pipeline/runs/several/named.ts'
import type { CommandSpec } from '../command.ts'
import { addClusterOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { requestsFor, showWarnings } from '../input/requests.ts'

export const planCommand: CommandSpec<WorkspaceOptions & { explain?: boolean }> = {
  name: 'plan',
  argument: { syntax: '[model]', description: 'model name, for example mistral-7b' },
  summary: 'show what deploy would do: GPU memory, node pool, price, objects; changes nothing',
  group: 'Check',
  reports: ['markdown'],
  examples: [
    { args: 'plan mistral-7b', says: 'Does it fit, what does it cost, what would be created' },
    { args: 'plan -f workspace.yaml --explain', says: 'With the memory estimate term by term' },
    {
      args: 'plan mistral-7b --instance-type Standard_NC40ads_H100_v5 -o json',
      says: 'On another machine type, for a script',
    },
  ],
  options: (command) => addClusterOptions(command).option('--explain', 'show how each figure is calculated', false),
  async run([model], options, session) {
    const { requests, ports } = await requestsFor(model, options, session)
    showWarnings(requests.warnings, session)
    const { items } = requests
    const results = []
    const refusals: unknown[] = []
    const check = createClusterCheck()
    for (const request of items) {
      const own = portsFor(request, items, ports)
      const prepared = await prepareToShow(request, own).catch((error: unknown) => {
        throw nameError(error, request, items)
      })
      tellWarnings(prepared.plan, own)
      results.push(planResultOf(prepared))
      const refused = [...(prepared.refusal === undefined ? [] : [prepared.refusal]), ...(await check(prepared, own))]
      refusals.push(...refused.map((each) => nameError(each, request, items)))
    }
    session.print(results, { explain: options.explain ?? false })
    if (refusals.length > 0) throw errorFrom(refusals)
    return 0
  },
}

/** What one pod takes of a namespace's quotas, by the names that a quota has for it. Source: pkg/quota/v1/evaluator/core/pods.go. */
import { type Amounts, largest, quantity, sum } from './quantity.ts'

interface Container {
  restartPolicy?: string
  resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> }
}

export interface PodSpec {
  containers?: Container[]
  initContainers?: Container[]
  activeDeadlineSeconds?: number
  priorityClassName?: string
  serviceAccountName?: string
}

/** Names that a quota knows without `requests.` before them, and has limits of. */
const OF_EVERY_CLUSTER = ['cpu', 'memory', 'ephemeral-storage']

export function podAmounts(spec: PodSpec): Amounts {
  const names: Record<string, number> = { pods: 1, 'count/pods': 1 }
  for (const [name, amount] of Object.entries(amountsOf(spec, requestsOf))) {
    names[`requests.${name}`] = amount
    if (OF_EVERY_CLUSTER.includes(name)) names[name] = amount
  }
  for (const [name, amount] of Object.entries(amountsOf(spec, limitsOf)))
    if (OF_EVERY_CLUSTER.includes(name)) names[`limits.${name}`] = amount
  return names
}

/** Init containers come one after another, and before the others; those that go on beside them count with them. */
function amountsOf({ containers = [], initContainers = [] }: PodSpec, of: (container: Container) => Amounts): Amounts {
  const beside = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
  const before = initContainers.filter((each) => !beside.includes(each))
  return largest([sum([...beside, ...containers].map(of)), ...before.map(of)])
}

/** What is not asked for is what it is limited to. */
function requestsOf({ resources }: Container): Amounts {
  return parsed({ ...resources?.limits, ...resources?.requests })
}

function limitsOf({ resources }: Container): Amounts {
  return parsed(resources?.limits ?? {})
}

function parsed(amounts: Readonly<Record<string, string | number>>): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, quantity(amount)]))
}

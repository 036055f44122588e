/** What to do next after an Azure error: one sentence with one command to copy. */
import { type Advice, advice, type Command, other } from '#core/advice.ts'
import type { ErrorCode, Retryable } from '#core/errors.ts'

export interface HintContext {
  subscription?: string
  resourceGroup?: string
  cluster?: string
  region?: string
  pool?: string
  instanceType?: string
}

export const WHO = other('az', 'account', 'show')

/** Who changed something of late. */
export function activityLog(resourceGroup: string): Command {
  return other('az', 'monitor', 'activity-log', 'list', '-g', resourceGroup, '--offset', '1h', '-o', 'table')
}

export function showCommand(context: HintContext): Command {
  const { subscription, resourceGroup, cluster, pool } = context
  if (resourceGroup === undefined || cluster === undefined) return other('az', 'aks', 'list', '-o', 'table')
  const where = ['-g', resourceGroup, ...(subscription === undefined ? [] : ['--subscription', subscription])]
  return pool === undefined
    ? other('az', 'aks', 'show', ...where, '-n', cluster, '--query', '{state:provisioningState,power:powerState.code}')
    : other('az', 'aks', 'nodepool', 'show', ...where, '--cluster-name', cluster, '-n', pool)
}

/** `pool` in a hint is only right where a pool is meant. */
function listSkus({ region = 'REGION', instanceType }: HintContext): Command {
  const size = instanceType === undefined ? [] : ['--size', instanceType]
  return other('az', 'vm', 'list-skus', '-l', region, ...size, '--all', '-o', 'table')
}

export function hintFor(code: ErrorCode, retryable: Retryable, context: HintContext): Advice {
  const { region = 'REGION', subscription = 'SUBSCRIPTION' } = context
  switch (code) {
    case 'QUOTA_EXCEEDED':
      return advice`Ask for more quota, or take another machine type or region. What is granted and used: ${other('az', 'vm', 'list-usage', '-l', region, '-o', 'table')}`
    case 'CAPACITY_UNAVAILABLE':
      return advice`Try again later, or take another machine type or region. Where this one is offered: ${listSkus(context)}`
    case 'UNAUTHENTICATED':
      return advice`Sign in (${other('az', 'login')}), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. Who you are: ${WHO}`
    case 'PERMISSION_DENIED':
      return advice`Ask for "Azure Kubernetes Service Contributor Role" on the cluster: ${other('az', 'role', 'assignment', 'list', '--all', '--assignee', 'YOU', '--subscription', subscription, '-o', 'table')}`
    case 'INVALID_ARGUMENT':
      return retryable === 'elsewhere'
        ? advice`This subscription cannot use the machine type there. What it can use: ${listSkus(context)}`
        : advice`Compare it with what is there: ${showCommand(context)}`
    case 'CONFLICT':
      return retryable === 'later'
        ? advice`Wait for it to finish and run the same command again: ${showCommand(context)}`
        : advice`Look at it first: ${showCommand(context)}`
    case 'THROTTLED':
    case 'UNAVAILABLE':
      return advice`Run the same command again in a few minutes; it goes on from there. State: ${showCommand(context)}`
    default:
      return advice`Look at it first: ${showCommand(context)}`
  }
}

/** What to do next after an Azure error: one sentence with one command to copy. */
import type { ErrorCode, Retryable } from '#core/errors.ts'

export interface HintContext {
  subscription?: string
  resourceGroup?: string
  cluster?: string
  region?: string
  pool?: string
  instanceType?: string
}

function showCommand(context: HintContext): string {
  const { subscription, resourceGroup, cluster, pool } = context
  if (resourceGroup === undefined || cluster === undefined) return 'az aks list -o table'
  const where = `-g ${resourceGroup}${subscription === undefined ? '' : ` --subscription ${subscription}`}`
  return pool === undefined
    ? `az aks show ${where} -n ${cluster} --query "{state:provisioningState,power:powerState.code}"`
    : `az aks nodepool show ${where} --cluster-name ${cluster} -n ${pool}`
}

/** `pool` in a hint is only right where a pool is meant. */
function listSkus({ region = '<region>', instanceType }: HintContext): string {
  const size = instanceType === undefined ? '' : ` --size ${instanceType}`
  return `az vm list-skus -l ${region}${size} --all -o table`
}

export function hintFor(code: ErrorCode, retryable: Retryable, context: HintContext): string {
  const { region = '<region>', subscription = '<subscription>' } = context
  switch (code) {
    case 'QUOTA_EXCEEDED':
      return `See what is granted and used, then ask for more or take another size or region: az vm list-usage -l ${region} -o table`
    case 'CAPACITY_UNAVAILABLE':
      return `Try again later, or another size, zone or region; where the size is offered: ${listSkus(context)}`
    case 'UNAUTHENTICATED':
      return 'Sign in (az login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. Who you are: az account show'
    case 'PERMISSION_DENIED':
      return `Ask for "Azure Kubernetes Service Contributor Role" on the cluster: az role assignment list --all --assignee <you> --subscription ${subscription} -o table`
    case 'INVALID_ARGUMENT':
      return retryable === 'elsewhere'
        ? `This subscription cannot use the size there; see what it can: ${listSkus(context)}`
        : `Compare with what is there: ${showCommand(context)}`
    case 'CONFLICT':
      return retryable === 'later'
        ? `Wait for it to finish and run the same command again: ${showCommand(context)}`
        : `Look at it first: ${showCommand(context)}`
    case 'THROTTLED':
    case 'UNAVAILABLE':
      return `Run the same command again in a few minutes; it goes on from there. State: ${showCommand(context)}`
    default:
      return `Look at it first: ${showCommand(context)}`
  }
}

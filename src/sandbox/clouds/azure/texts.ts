/** Error bodies in the words of the real services, as people pasted them into issues (test/emulators/azure/README.md, Words). */
import type { ArmError, FakeIdentity } from './model.ts'
import { familyOf, type MachineType, type Offer } from './offer.ts'

export interface Refusal {
  status: number
  error: ArmError
  headers?: Record<string, string>
}

interface Asked {
  vmSize: unknown
  type: MachineType | undefined
  count: number
}

export function askedOf({ vmSize, count }: Record<string, unknown>, offer: Offer): Asked {
  return { vmSize, type: offer.find(vmSize), count: Number(count ?? 1) }
}

function quotaFacts({ type, count }: Asked): { family: string; need: number } {
  return { family: type === undefined ? 'unknown' : familyOf(type), need: (type?.vcpus ?? 0) * count }
}

function quotaText(asked: Asked, fake: FakeIdentity): string {
  const { family, need } = quotaFacts(asked)
  return `Operation could not be completed as it results in exceeding approved ${family} Cores quota. Additional details - Deployment Model: Resource Manager, Location: ${fake.location}, Current Limit: 0, Current Usage: 0, Additional Required: ${need}, (Minimum) New Limit Required: ${need}. Submit a request for Quota increase at https://aka.ms/ProdportalCRP/#blade/Microsoft_Azure_Capacity/UsageAndQuota.ReactView/Parameters/ by specifying parameters listed in the 'Details' section for deployment to succeed.`
}

// ASSUMED: 409 for the Compute form (Compute itself answers 409 Conflict), 400 for the newer AKS form.
export function quota(asked: Asked, fake: FakeIdentity): Refusal {
  const inner = { code: 'QuotaExceeded', message: quotaText(asked, fake) }
  return {
    status: 409,
    error: { code: 'OperationNotAllowed', message: quotaText(asked, fake), details: [inner] },
  }
}

export function quotaNew(asked: Asked, fake: FakeIdentity): Refusal {
  const { family, need } = quotaFacts(asked)
  const message = `Preflight validation check for resource(s) for container service ${fake.cluster} in resource group ${fake.resourceGroup} failed. Message: Insufficient vcpu quota requested ${need}, remaining 0 for family ${family} for region ${fake.location}. Surge nodes would also consume this quota.`
  return { status: 400, error: { code: 'ErrCode_InsufficientVCPUQuota', message } }
}

// ASSUMED: that a late quota failure is wrapped the same way as a late allocation failure.
export function quotaLate(asked: Asked, fake: FakeIdentity): ArmError {
  return {
    code: 'InvalidTemplateDeployment',
    message: "The template deployment failed with error: 'Validation of resources failed'. See details.",
    details: [{ code: 'QuotaExceeded', message: quotaText(asked, fake) }],
  }
}

export function allocation(asked: Asked): ArmError {
  return {
    code: 'ResourceOperationFailure',
    message: "The resource operation completed with terminal provisioning state 'Failed'.",
    details: [
      {
        code: 'AllocationFailed',
        message: `Allocation failed. We do not have sufficient capacity for the requested VM size ${String(asked.vmSize)} in this region. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance`,
      },
    ],
  }
}

export function busy(fake: FakeIdentity, what: string): Refusal {
  const message = `Operation is not allowed: Another operation (${what}) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details`
  return { status: 409, error: { code: 'OperationNotAllowed', message, target: fake.cluster } }
}

export function locked(id: string): Refusal {
  const message = `The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${id}'. Please remove the lock and try again.`
  return { status: 409, error: { code: 'ScopeLocked', message } }
}

export function drainFailed(pool: string): ArmError {
  return {
    code: 'PodDrainFailure',
    message: `Drain node aks-${pool} failed when evicting pod web-0. Eviction failed with Too many requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See https://aka.ms/aks/debugdrainfailures`,
  }
}

export function forbidden(method: string, id: string): Refusal {
  const verb = method === 'GET' ? 'read' : method === 'DELETE' ? 'delete' : 'write'
  const message = `The client 'ci@example.com' with object id '11111111-2222-3333-4444-555555555555' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/agentPools/${verb}' over scope '${id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`
  return { status: 403, error: { code: 'AuthorizationFailed', message } }
}

export const UNAUTHENTICATED: Refusal = {
  status: 401,
  error: { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' },
  headers: {
    'www-authenticate': 'Bearer authorization_uri="https://login.windows.net/", error="invalid_token"',
  },
}

// retry-after-ms is read by the SDK and keeps the tests fast; ARM itself sends whole seconds in Retry-After.
export const THROTTLED: Refusal = {
  status: 429,
  error: {
    code: 'SubscriptionRequestsThrottled',
    message: 'Number of write requests for subscription exceeded the limit. Please try again after some time.',
  },
  headers: { 'retry-after': '1', 'retry-after-ms': '20' },
}

export const SERVER_ERROR: Refusal = {
  status: 500,
  error: { code: 'InternalServerError', message: 'Encountered internal server error.' },
}

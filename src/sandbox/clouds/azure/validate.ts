/** What AKS refuses in an agent pool body with 400, before it makes anything. */
import type { ArmError, FakeIdentity } from './model.ts'
import type { Offer } from './offer.ts'

type Properties = Record<string, unknown>

/** Holds a body to the service's own model; the tests bring the SDK's. */
export type ModelCheck = (properties: Properties) => ArmError | undefined

export function invalid(target: string, text: string): ArmError {
  return {
    code: 'InvalidParameter',
    message: `The value of parameter ${target} is invalid. Error details: ${text}. Please see https://aka.ms/aks-naming-rules for more details.`,
    target,
  }
}

interface Place {
  fake: Pick<FakeIdentity, 'subscription' | 'location'>
  offer: Offer
}

function checkValues(properties: Properties, { fake, offer }: Place): ArmError | undefined {
  const count = Number(properties.count ?? 1)
  if (!Number.isInteger(count) || count < 0 || count > 1000) {
    return invalid('agentPoolProfile.count', 'count must be between 0 and 1000')
  }
  if (offer.find(properties.vmSize) === undefined) {
    const { subscription, location } = fake
    const names = offer.types.map(({ instanceType }) => instanceType)
    return {
      code: 'BadRequest',
      message: `The VM size of ${String(properties.vmSize)} is not allowed in your subscription in location '${location}'. Subscription: ${subscription}. The available VM sizes are ${names.join(',')}. For more details, please visit https://aka.ms/cpu-quota`,
      target: 'agentPoolProfile.vmSize',
    }
  }
  // "kubernetes.azure.com" is documented as reserved. ASSUMED: the exact words, and that *.kubernetes.io is too.
  for (const label of Object.keys((properties.nodeLabels ?? {}) as Properties)) {
    if (/(^|\.)kubernetes\.(azure\.com|io)\//.test(label)) {
      return invalid('agentPoolProfile.nodeLabels', `label ${label} uses a reserved prefix`)
    }
  }
  for (const taint of (properties.nodeTaints ?? []) as string[]) {
    if (!/^[^=:\s]+(=[^:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/.test(taint)) {
      return invalid('agentPoolProfile.nodeTaints', `taint ${taint} is not key=value:effect`)
    }
  }
  return undefined
}

/** The error that AKS would answer with 400, or undefined when the body is fine. */
export function validatePool(
  name: string,
  body: unknown,
  place: Place,
  checkModel: ModelCheck = () => undefined,
): ArmError | undefined {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    return invalid('agentPoolProfile.name', 'Agent pool name must match ^[a-z][a-z0-9]{0,11}$')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return {
      code: 'InvalidRequestContent',
      message: 'The request content was invalid and could not be deserialized.',
    }
  }
  const unknown = Object.keys(body).find((key) => !['properties', 'id', 'name', 'type'].includes(key))
  if (unknown !== undefined) return invalid(unknown, 'the field is not part of AgentPool')
  const properties = ((body as Properties).properties ?? {}) as Properties
  return checkModel(properties) ?? checkValues(properties, place)
}

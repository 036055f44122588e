/** The forms in which ARM answers. */
import type { CloudAnswer } from '../loopback.ts'
import type { ArmError, Ending, FakeIdentity, OperationRecord } from './model.ts'
import type { Refusal } from './texts.ts'

export const ARM = 'https://management.azure.com'
export const PROVIDER = '/providers/Microsoft.ContainerService'

export function refuse(refusal: Refusal): CloudAnswer {
  const { status, error, headers } = refusal
  return headers === undefined ? { status, body: { error } } : { status, body: { error }, headers }
}

export function failWith(status: number, error: ArmError): CloudAnswer {
  return { status, body: { error } }
}

export const NOT_FOUND = (what: string): CloudAnswer =>
  failWith(404, { code: 'NotFound', message: `Could not find ${what}.` })

export function operationHeaders(
  operation: OperationRecord,
  ending: Ending,
  fake: FakeIdentity,
): Record<string, string> {
  if (ending === 'no-operation-header') return {}
  const base = `${ARM}/subscriptions/${fake.subscription}${PROVIDER}/locations/${fake.location}`
  return {
    'azure-asyncoperation': `${base}/operations/${operation.id}?api-version=2016-03-30`,
    ...(operation.kind !== 'put'
      ? { location: `${base}/operationresults/${operation.id}?api-version=2016-03-30` }
      : {}),
  }
}

export function accepted(operation: OperationRecord, ending: Ending, fake: FakeIdentity): CloudAnswer {
  return { status: 202, headers: operationHeaders(operation, ending, fake) }
}

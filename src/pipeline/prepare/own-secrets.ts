/** The Secrets that a plan asks kaito to make. A key that exists is kept: it is in somebody's hands already. */
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { HUB_TOKEN_KEY } from '#core/objects/secret-values.ts'
import type { Plan } from '#core/plan/types.ts'
import { API_KEY_KEY, renderSecret, secretValue } from '#core/state/own-secrets.ts'
import type { Ports } from '../ports.ts'

export async function generateSecrets(plan: Plan, hubToken: string | undefined, ports: Ports): Promise<KubeObject[]> {
  const { objectName, namespace, modelAccessSecret, apiKeySecret } = plan
  const secrets: KubeObject[] = []
  if (hubToken !== undefined && modelAccessSecret !== undefined)
    secrets.push(renderSecret(objectName, { name: modelAccessSecret, namespace, key: HUB_TOKEN_KEY, value: hubToken }))
  if (apiKeySecret !== undefined) {
    const known = await ports.kube.get(refTo(KINDS.secret, apiKeySecret, namespace), ports.signal)
    if (secretValue(known, API_KEY_KEY) === undefined) {
      secrets.push(
        renderSecret(objectName, { name: apiKeySecret, namespace, key: API_KEY_KEY, value: ports.newApiKey() }),
      )
    }
  }
  return secrets
}

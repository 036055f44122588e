/** The Secrets that a plan asks kaito to make. A key that exists is kept: it is in somebody's hands already. */
import type { KubeObject } from '#core/kube-object.ts'
import type { Plan } from '#core/plan/types.ts'
import { API_KEY_KEY, HUB_TOKEN_KEY, renderSecret, secretValue } from '#core/state/generated.ts'
import type { Access } from './access.ts'
import type { Ports } from './ports.ts'

export async function generateSecrets(plan: Plan, hubToken: string | undefined, ports: Ports): Promise<KubeObject[]> {
  const { objectName, namespace, modelAccessSecret, apiKeySecret } = plan
  const secrets: KubeObject[] = []
  if (hubToken !== undefined && modelAccessSecret !== undefined)
    secrets.push(renderSecret(objectName, { name: modelAccessSecret, namespace, key: HUB_TOKEN_KEY, value: hubToken }))
  if (apiKeySecret !== undefined) {
    const known = await ports.kube.get(
      { apiVersion: 'v1', kind: 'Secret', name: apiKeySecret, namespace },
      ports.signal,
    )
    if (secretValue(known, API_KEY_KEY) === undefined) {
      secrets.push(
        renderSecret(objectName, { name: apiKeySecret, namespace, key: API_KEY_KEY, value: ports.newApiKey() }),
      )
    }
  }
  return secrets
}

/** How requests to the endpoint prove themselves. */
export async function readAccess(apiKeySecret: string | undefined, namespace: string, ports: Ports): Promise<Access> {
  if (apiKeySecret === undefined) return { needsKey: false }
  const ref = { apiVersion: 'v1', kind: 'Secret', name: apiKeySecret, namespace }
  const secret = await ports.kube.get(ref, ports.signal).catch(() => undefined)
  ports.signal.throwIfAborted()
  const key = secretValue(secret, API_KEY_KEY)
  return key === undefined ? { needsKey: true } : { needsKey: true, key }
}

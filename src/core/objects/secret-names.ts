/** Names of the Secrets that kaito makes for a workspace. */

export function hubTokenSecretName(objectName: string): string {
  return `${objectName}-hub-token`
}

export function apiKeySecretName(objectName: string): string {
  return `${objectName}-api-key`
}

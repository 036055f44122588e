/** What a workspace file says: who it is, and one of kaito's models. */
import { stringify } from 'yaml'

interface Metadata {
  name: string
  namespace?: string
  annotations?: Record<string, string>
}

export function workspaceText(metadata: Metadata, preset = 'mistral-7b-instruct'): string {
  return stringify({
    apiVersion: 'kaito.sh/v1beta1',
    kind: 'Workspace',
    metadata,
    inference: { preset: { name: preset } },
  })
}

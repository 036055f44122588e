/** `kaito deploy mistral-7b`: the workspace that a bare model name stands for. */
import { NEWEST_API, type WorkspaceSpec } from './spec.ts'

export function workspaceFromName(model: string): WorkspaceSpec {
  return {
    apiVersion: NEWEST_API,
    name: model.split('/').at(-1)?.toLowerCase() ?? model,
    labels: {},
    annotations: {},
    resource: { labelSelector: {}, preferredNodes: [] },
    inference: { preset: { name: model, imagePullSecrets: [] }, adapters: [] },
  }
}

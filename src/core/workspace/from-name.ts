/** `kaito deploy mistral-7b`: the workspace that a bare model name stands for. A model may have dots, a workspace none: `llama-3-3-70b`. */
import { legalName } from './object-name.ts'
import { NEWEST_API, type WorkspaceSpec } from './spec.ts'

export function workspaceFromName(model: string): WorkspaceSpec {
  return {
    apiVersion: NEWEST_API,
    name: legalName(model.split('/').at(-1) ?? model),
    labels: {},
    annotations: {},
    resource: { labelSelector: {}, preferredNodes: [] },
    inference: { preset: { name: model, imagePullSecrets: [] }, adapters: [] },
  }
}

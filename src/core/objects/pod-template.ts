/** What makes pods, whatever its kind: it holds a template of them. */
import type { KubeObject } from './kube-object.ts'

export interface PodTemplate {
  spec?: {
    containers?: { ports?: { containerPort: number }[] }[]
    tolerations?: object[]
  }
}

export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  return (object as { spec?: { template?: PodTemplate } }).spec?.template
}

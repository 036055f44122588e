/** What makes pods, whatever its kind: it holds a template of them. */
import type { KubeObject } from './kube-object.ts'

export interface PodTemplate {
  spec?: {
    containers?: { ports?: { containerPort: number }[]; volumeMounts?: VolumeMount[] }[]
    initContainers?: object[]
    volumes?: Volume[]
    tolerations?: object[]
  }
}

interface VolumeMount {
  name: string
  mountPath: string
  subPath?: string
}

export interface Volume {
  name: string
  emptyDir?: object
  configMap?: { name?: string; items?: { path: string }[] }
}

export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  return (object as { spec?: { template?: PodTemplate } }).spec?.template
}

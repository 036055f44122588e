/** Templates by name (`serve/deployment.yaml`) as parsed values, read at the edge and handed in. */
import type { JsonObject } from './kube-object.ts'

export interface TemplateSet {
  read(name: string): JsonObject
}

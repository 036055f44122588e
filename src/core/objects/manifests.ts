/** Kubernetes objects as YAML text, for git or `kubectl apply -f -`. */
import { blockYaml } from './block-yaml.ts'
import type { KubeObject } from './kube-object.ts'

export function formatManifests(objects: readonly KubeObject[]): string {
  return objects.map((object) => `---\n${blockYaml(inOrder(object))}`).join('')
}

function inOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest }
}

/** Kubernetes objects as YAML text, for git or `kubectl apply -f -`. */
import { stringify } from 'yaml'
import type { KubeObject } from './kube-object.ts'

export function formatManifests(objects: readonly KubeObject[]): string {
  return objects
    .map((object) => `---\n${stringify(inOrder(object), { lineWidth: 0, aliasDuplicateObjects: false })}`)
    .join('')
}

function inOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest }
}

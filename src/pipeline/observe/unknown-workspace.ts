/** A name that no workspace bears, and the names that may have been meant. */

import { advice, kaito, setting } from '#core/advice.ts'
import { closest } from '#core/closest.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { componentSelector, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import type { DestroyRequest } from './owned.ts'

const LIST = advice`List workspaces: ${kaito('status', { settings: { allNamespaces: true } })}`
const NEAR = 3
/** Two letters are soon much alike. */
const LEAST_STEM = 4

export async function unknownWorkspace(
  name: string,
  /** Undefined: every namespace. */
  namespace: string | undefined,
  ports: Ports,
): Promise<KaitoError> {
  const isMissing = namespace !== undefined && (await isGone(namespace, ports))
  const roots = await listRoots(namespace, ports)
  const meant = nearNames(name, namespace, roots)
  const elsewhere = roots.find((root) => nameOf(root) === name && root.metadata.namespace !== namespace)
  const where = namespace === undefined ? 'any namespace' : `namespace ${namespace}`
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `There is no workspace ${name} in ${where}${isMissing ? ': the cluster has no such namespace' : ''}.`,
    hint: advice`${meantAdvice(meant, elsewhere?.metadata.namespace)}${LIST}`,
    resource: { kind: 'Workspace', name, ...(namespace === undefined ? {} : { namespace }) },
  })
}

/** Of several that were named, those that are not there. */
export async function unknownWorkspaces(
  missing: readonly DestroyRequest[],
  isOfSeveral: boolean,
  ports: Ports,
): Promise<KaitoError> {
  const errors = await Promise.all(
    missing.map(({ objectName, placement }) => unknownWorkspace(objectName, placement.namespace, ports)),
  )
  const [first] = errors
  if (first === undefined) throw new Error('none is missing')
  if (!isOfSeveral) return first
  return first.with({
    message: `${errors.map(({ message }) => message).join(' ')} Nothing was deleted.`,
    hint: advice`${missing.length === 1 ? first.hint : LIST}; or delete those that are there: the same command with ${setting('ignoreNotFound')}`,
  })
}

/** Where this identity may not look, it is taken to be there. */
async function isGone(namespace: string, { kube, signal }: Ports): Promise<boolean> {
  return kube.get(refTo(KINDS.namespace, namespace), signal).then(
    (found) => found === undefined,
    () => false,
  )
}

/** @param namespace another one that has a workspace of the name. */
function meantAdvice(near: readonly string[], namespace: string | undefined): string {
  if (namespace !== undefined) return `There is one in namespace ${namespace}. `
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `
}

/** Of every namespace, or of this one where no more may be seen. It is help: what goes wrong with it is not told. */
async function listRoots(namespace: string | undefined, { kube, signal }: Ports): Promise<KubeObject[]> {
  const options = { signal, labelSelector: componentSelector('root', undefined) }
  const inOne = () => kube.list(kindIn(KINDS.configMap, namespace), options)
  return kube.list(KINDS.configMap, options).catch(() => inOne().catch(() => []))
}

function nearNames(name: string, namespace: string | undefined, roots: readonly KubeObject[]): string[] {
  const near = roots.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
  return [...new Set(near.map(nameOf))].filter((each) => isNear(name, each)).slice(0, NEAR)
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.labels?.[WORKSPACE_LABEL] ?? ''
}

/** As a whole, or by what stands before the first dash: `mistrl` for `mistral-7b`. */
function isNear(name: string, other: string): boolean {
  const [stem = '', stemOfOther = ''] = [name, other].map((each) => each.split('-')[0])
  const hasStem = stem.length >= LEAST_STEM && closest(stem, [stemOfOther], 1).length > 0
  return hasStem || closest(name, [other], 1).length > 0
}

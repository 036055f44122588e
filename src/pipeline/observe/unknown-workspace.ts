/** A name that no workspace bears, and the names that may have been meant. */

import { advice, kaito } from '#core/advice.ts'
import { closest } from '#core/closest.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { componentSelector, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'

const NEAR = 3
/** Two letters are soon much alike. */
const LEAST_STEM = 4

export async function unknownWorkspace(
  name: string,
  /** Undefined: every namespace. */
  namespace: string | undefined,
  ports: Ports,
): Promise<KaitoError> {
  const near = await nearNames(name, namespace, ports)
  const where = namespace === undefined ? 'any namespace' : `namespace ${namespace}`
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `There is no workspace ${name} in ${where}.`,
    hint: advice`${near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `}List what is there: ${kaito('status', { settings: { allNamespaces: true } })}`,
    resource: { kind: 'Workspace', name, ...(namespace === undefined ? {} : { namespace }) },
  })
}

/** Of workspaces that are there. It is help: what goes wrong with it is not told. */
export async function nearNames(name: string, namespace: string | undefined, ports: Ports): Promise<string[]> {
  const labelSelector = componentSelector('root', undefined)
  const roots = await ports.kube
    .list(kindIn(KINDS.configMap, namespace), { signal: ports.signal, labelSelector })
    .catch(() => [])
  const names = roots.flatMap(({ metadata }) => metadata.labels?.[WORKSPACE_LABEL] ?? [])
  return [...new Set(names)].filter((each) => isNear(name, each)).slice(0, NEAR)
}

/** As a whole, or by what stands before the first dash: `mistrl` for `mistral-7b`. */
function isNear(name: string, other: string): boolean {
  const [stem = '', stemOfOther = ''] = [name, other].map((each) => each.split('-')[0])
  const hasStem = stem.length >= LEAST_STEM && closest(stem, [stemOfOther], 1).length > 0
  return hasStem || closest(name, [other], 1).length > 0
}

/** The root names its workspace: what another one is made of is never written over. */
import { advice, kaito, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { rootName } from '#core/objects/labels.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { bentName } from '#core/workspace/name-of-0-1-0.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'

/** CONFLICT, unless kaito 0.1.0 bent the root's own name to this one and both are the same model. */
export function refuseOtherName(
  { name, inference }: WorkspaceSpec,
  root: Snapshot['root'],
  namespace: string,
  { engines, catalog: { models } }: Pick<Ports, 'engines' | 'catalog'>,
): void {
  const before = root?.state.spec
  const objectName = objectNameFor(name)
  if (before === undefined || before.name === name) return
  const [serves, wanted] = [before.inference?.preset?.name, inference?.preset?.name]
  const isSame = serves === wanted || models.find(serves ?? '')?.name === models.find(wanted ?? '')?.name
  if (bentName(before.name, engines) === objectName && isSame) return
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'plan',
    message: `${objectName} in namespace ${namespace} is another workspace: ${before.name}, which serves ${serves ?? 'no preset'}.`,
    reason: `${KINDS.configMap.kind}/${rootName(objectName)} names it`,
    hint: advice`Use another name for this one (${setting('name')}). To look at that one: ${kaito('status', { workspace: objectName, namespace })}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

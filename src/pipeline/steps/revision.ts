/** Each successful deploy leaves an immutable ConfigMap `<name>-kaito-r<N>`; ten are kept. */

import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { hasCode } from '#core/errors.ts'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import { KINDS, refTo, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import {
  FINGERPRINT_ANNOTATION,
  ownerReferenceTo,
  REVISION_LABEL,
  revisionName,
  revisionNumber,
  workspaceLabels,
} from '#core/objects/labels.ts'
import type { RootState } from '#core/state/root.ts'
import { KEPT_REVISIONS, listRevisions } from '../observe/revisions.ts'
import type { Ports } from '../ports.ts'
import { actsOnce, type Place, type Seen, type Step } from './step.ts'

export interface RevisionContent {
  objectName: string
  namespace: string
  state: RootState
  /** Rendered objects, without Secrets. */
  objects: readonly KubeObject[]
}

type Kept = RevisionContent & { root: KubeObject }

/** Keeps what was deployed, unless the newest revision says the same already. */
export function revisionStep(contentOf: (seen: Seen) => RevisionContent, place: Place): Step {
  const record: Step['act'] = async (seen, ports, now) => {
    const { root } = seen.learned
    return root === undefined ? {} : { revision: await recordRevision({ ...contentOf(seen), root }, now, ports) }
  }
  return actsOnce('revision', 'what is there now is not kept', record, place)
}

/** Its number. */
async function recordRevision(content: Kept, at: Date, ports: Ports): Promise<number> {
  const known = await listRevisions(content.objectName, content.namespace, ports)
  const newest = known.at(-1)
  const fingerprint = fingerprintOf(content.state)
  if (newest !== undefined && newest.metadata.annotations?.[FINGERPRINT_ANNOTATION] === fingerprint) {
    return revisionNumber(newest)
  }
  const render = (number: number): KubeObject => renderRevision(content, fingerprint, number, at, ports)
  const number = await createNext(render, newest === undefined ? 1 : revisionNumber(newest) + 1, ports)
  const surplus = known.slice(0, Math.max(0, known.length + 1 - KEPT_REVISIONS))
  await Promise.all(
    surplus.map(({ metadata }) =>
      ports.kube.delete(refTo(KINDS.configMap, metadata.name, content.namespace), { signal: ports.signal }),
    ),
  )
  return number
}

async function createNext(render: (number: number) => KubeObject, first: number, ports: Ports): Promise<number> {
  for (let number = first; ; number += 1) {
    try {
      await ports.kube.create(render(number), ports.signal)
      return number
    } catch (error) {
      if (!hasCode(error, 'CONFLICT') || number > first + KEPT_REVISIONS) throw error
    }
  }
}

function renderRevision(content: Kept, fingerprint: string, number: number, at: Date, { runner }: Ports): KubeObject {
  const { objectName, namespace, root, state, objects } = content
  const owner = ownerReferenceTo(root)
  return {
    ...typeOf(KINDS.configMap),
    metadata: {
      name: revisionName(objectName, number),
      namespace,
      labels: { ...workspaceLabels(objectName, 'revision'), [REVISION_LABEL]: String(number) },
      annotations: { [FINGERPRINT_ANNOTATION]: fingerprint },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
    immutable: true,
    data: {
      'spec.json': canonicalJson(state.spec),
      'lock.json': canonicalJson(state.lock),
      'deployed.json': canonicalJson({
        at: at.toISOString(),
        by: runner.user,
        kaito: runner.version,
      }),
    },
    binaryData: { 'objects.json.gz': gzipSync(canonicalJson(objects)).toString('base64') },
  }
}

/** Two deploys are the same revision when the rendered set and the lock are. */
function fingerprintOf(state: RootState): string {
  return createHash('sha256')
    .update(canonicalJson([state.setHash, state.lock]))
    .digest('hex')
}

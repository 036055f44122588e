/** Files that the engine is told to open, against what is mounted into its container. */
import { advice, setting } from '../advice.ts'
import { presetFlags } from '../catalog/preset-flags.ts'
import { KaitoError } from '../errors.ts'
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { podTemplateOf, type Volume } from '../objects/pod-template.ts'
import { besideWorkspace } from '../workspace/beside.ts'
import type { Engine, EngineFile } from './engine.ts'
import type { Plan } from './types.ts'

/** @param objects as they are rendered, with the user's own changes. */
export function missingFiles(
  plan: Plan,
  objects: readonly KubeObject[],
  companions: readonly KubeObject[],
  engine: Engine,
): KaitoError[] {
  // What another image holds is not known.
  if (plan.image.reference !== plan.image.image && !plan.image.reference.endsWith(`/${plan.image.image}`)) return []
  const files = engine.filesIn({ ...presetFlags(plan.model, engine.configSection), ...plan.engineArgs })
  const pod = objects.map((object) => podTemplateOf(object)?.spec).find((spec) => spec !== undefined)
  const [container] = pod?.containers ?? []
  const isThere = ({ path }: EngineFile): boolean => {
    const mounts = (container?.volumeMounts ?? []).filter(({ mountPath }) => holds(mountPath, path))
    const [mount] = mounts.toSorted((a, b) => b.mountPath.length - a.mountPath.length)
    const volume = pod?.volumes?.find(({ name }) => name === mount?.name)
    if (mount === undefined || volume === undefined) return false
    const file = mount.subPath ?? path.slice(mount.mountPath.replace(/\/$/, '').length + 1)
    return mayHold(volume, file, (pod?.initContainers ?? []).length > 0, companions, plan.namespace)
  }
  return files.filter((file) => !isThere(file)).map(missing)
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** Of an empty folder an init container may make something; of a ConfigMap of the same input the keys are known. */
function mayHold(
  { emptyDir, configMap }: Volume,
  file: string,
  isFilled: boolean,
  companions: readonly KubeObject[],
  namespace: string,
): boolean {
  if (emptyDir !== undefined) return isFilled
  const known = besideWorkspace(companions, KINDS.configMap.kind, configMap?.name, namespace)
  if (configMap === undefined || known === undefined) return true
  const names = configMap.items?.map(({ path }) => path) ?? keysOf(known)
  return names.includes(file)
}

function keysOf(configMap: KubeObject): string[] {
  return [configMap['data'], configMap['binaryData']].flatMap((data) => Object.keys((data ?? {}) as object))
}

function missing({ flag, path }: EngineFile): KaitoError {
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `--${flag} names ${path}, which is neither in the engine's image nor mounted: the engine would end at its start.`,
    hint: advice`Put the file into a ConfigMap, and mount that by a patch of the Deployment: ${setting('patch', 'FILE')}`,
    input: { flag },
  })
}

/** The ConfigMap that `inference.config` names. */
import { advice, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { besideWorkspace } from '#core/workspace/beside.ts'
import { readEngineConfig } from '#core/workspace/engine-config.ts'
import type { Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'

export async function readConfig(
  spec: WorkspaceSpec,
  namespace: string,
  companions: readonly KubeObject[],
  ports: Ports,
): Promise<Record<string, Scalar>> {
  const name = spec.inference?.config
  if (name === undefined) return {}
  const beside = besideWorkspace(companions, KINDS.configMap.kind, name, namespace)
  const config = beside ?? (await ports.kube.get(refTo(KINDS.configMap, name, namespace), ports.signal))
  if (config === undefined) {
    throw new KaitoError({
      code: 'PREFLIGHT_REFUSED',
      phase: 'plan',
      message: `inference.config names ConfigMap ${name}, which is neither in the input nor in namespace ${namespace}.`,
      hint: advice`Put the ConfigMap in the same file, or create it: ${kubectl('create', 'configmap', name, '-n', namespace, '--from-file=inference_config.yaml')}`,
      resource: { kind: KINDS.configMap.kind, name, namespace },
    })
  }
  const { flags, problems } = readEngineConfig(config, spec.annotations, ports.engines)
  const errors = problems.filter((p) => p.severity === 'error')
  if (errors.length === 0) return flags
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `ConfigMap/${name} does not hold a usable inference_config.yaml.`,
    details: errors.map((p) => p.message),
    hint: advice`Fix the ConfigMap, then run the same command again: ${kubectl('edit', 'configmap', name, '-n', namespace)}`,
    resource: { kind: KINDS.configMap.kind, name, namespace },
  })
}

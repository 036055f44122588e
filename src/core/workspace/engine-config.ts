import type { KubeObject } from '#core/kube-object.ts'
import type { Problem, Scalar } from './spec.ts'
export function readEngineConfig(_configMap: KubeObject): { vllm: Record<string, Scalar>; problems: Problem[] } {
  return { vllm: {}, problems: [] }
}

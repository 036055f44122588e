/**
 * 0.1.0 kept no settings. What its Deployment has, and one of which nobody said anything has not, was said by a flag:
 * without this a deploy by name would take it away.
 */
import type { KubeObject } from '../objects/kube-object.ts'
import type { Settings } from '../plan/settings.ts'
import type { Scalar } from '../workspace/spec.ts'

interface DeploymentBody {
  spec?: {
    replicas?: number
    template?: { spec?: { containers?: Container[]; imagePullSecrets?: { name: string }[] } }
  }
}

interface Container {
  image?: string
  args?: string[]
}

/**
 * @param live the Deployment as 0.1.0 applied it.
 * @param unsaid the same as it is rendered without any flag.
 */
export function unkeptSettings(live: KubeObject, unsaid: KubeObject): Settings {
  const [was, would] = [readBody(live), readBody(unsaid)]
  const { 'max-model-len': length, ...flags } = differing(was.args, would.args)
  const pullSecrets = was.pullSecrets.filter((name) => !would.pullSecrets.includes(name))
  return {
    ...(was.replicas === would.replicas ? {} : { replicas: was.replicas }),
    ...(was.image === would.image ? {} : { image: was.image }),
    ...(typeof length === 'number' ? { maxModelLen: length } : {}),
    ...(Object.keys(flags).length === 0 ? {} : { engineArgs: flags }),
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets }),
  }
}

function readBody(object: KubeObject) {
  const { replicas = 1, template } = (object as DeploymentBody).spec ?? {}
  const { containers: [container] = [], imagePullSecrets = [] } = template?.spec ?? {}
  return {
    replicas,
    image: container?.image ?? '',
    args: Object.fromEntries((container?.args ?? []).flatMap(readFlag)),
    pullSecrets: imagePullSecrets.map(({ name }) => name),
  }
}

/** `--flag=value`, `--flag` and `--no-flag`, as they are rendered. */
function readFlag(arg: string): [string, Scalar][] {
  const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
  if (name === '') return []
  if (value === undefined) return [name.startsWith('no-') ? [name.slice(3), false] : [name, true]]
  return [[name, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]]
}

function differing(was: Record<string, Scalar>, would: Record<string, Scalar>): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(was).filter(([flag, value]) => would[flag] !== value))
}

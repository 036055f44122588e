/**
 * 0.1.0 kept neither settings nor choices. What its Deployment has, and one of which nobody said anything has not, was said by a flag:
 * without this a deploy by name would take it away.
 */
import type { KubeObject } from '../objects/kube-object.ts'
import type { PlanFacts } from '../placement/facts.ts'
import type { Engine } from '../plan/engine.ts'
import type { Outcome } from '../plan/setting-changes.ts'
import type { Settings } from '../plan/settings.ts'
import type { Plan } from '../plan/types.ts'
import type { Scalar } from '../workspace/spec.ts'
import type { RootState } from './root.ts'

type ReadChoice = Extract<PlanFacts['chosen'], { isRead: true }>

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

/** The only share of the GPU memory that 0.1.0 chose. How many sequences there are it left to the engine. */
const SHARE_OF_0_1_0 = 0.92

/** What was chosen for the pods of this Deployment. */
export function choiceIn(
  live: KubeObject,
  { spelling }: Pick<Engine, 'spelling'>,
  { modelId, image, instanceType, maxModelLen = 0 }: RootState['lock'],
): ReadChoice {
  const { args } = readBody(live)
  return {
    isRead: true,
    tensorParallelSize: Number(args[spelling.gpus]) || 1,
    gpuMemoryUtilization: SHARE_OF_0_1_0,
    maxModelLen: Number(args[spelling.contextLength]) || maxModelLen,
    maxModelLenFrom: 'memory',
    for: { modelId, image, ...(instanceType === undefined ? {} : { machine: instanceType }) },
  }
}

/** Whether pods of both have the same of these flags, for the engine's memory. */
export function isSameFor(flags: readonly string[], live: KubeObject, rendered: KubeObject | undefined): boolean {
  if (rendered === undefined) return false
  const [was, would] = [readBody(live).args, readBody(rendered).args]
  return flags.every((flag) => String(was[flag]) === String(would[flag]))
}

/** As far as a root that kept no outcome tells what the last deploy came to. */
export function outcomeIn({ image, maxModelLen }: RootState['lock'], { chosen }: Plan): Partial<Outcome> {
  return {
    image,
    ...(maxModelLen === undefined ? {} : { context: maxModelLen }),
    chosen: chosen.gpuMemoryUtilization === undefined ? {} : { memoryShare: SHARE_OF_0_1_0 },
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

/** What a deploy comes to, value by value, against what the last one came to; and which of that takes something away. */
import type { Scalar } from '../workspace/spec.ts'
import type { Plan } from './types.ts'

/** The values that a deploy settles on, said or chosen. Kept in the root, so that the next one can say what changes. */
export interface Outcome {
  model: string
  machine: string
  replicas: number
  /** Tokens. */
  context: number
  /** The engine finds it: the number is what was expected. */
  contextBy?: 'engine'
  /** What was left to kaito; absent in outcomes of before it was kept. */
  chosen?: { memoryShare?: number; sequences?: number }
  image: string
  engineArgs: Record<string, Scalar>
  apiKey: boolean
  networkPolicy: boolean
  modelAccessSecret?: string
  imagePullSecrets: readonly string[]
}

export interface SettingChange {
  /** As it is called in a plan: `replicas`, `context`, `--max-num-seqs`. */
  setting: string
  from: string
  to: string
}

/** What somebody who relies on the workspace would miss: asked about before it is done. */
export interface Loss {
  kind: 'capacity' | 'outage' | 'api-key' | 'network-policy'
  /** One sentence. */
  says: string
}

const OWN_NODES = 'own nodes'
const MEMORY_SHARE = 'GPU memory share'
const SEQUENCES = 'sequences'

/** Settings that another machine changes by itself. */
export const OF_MACHINE: readonly string[] = ['machine', MEMORY_SHARE, SEQUENCES]

export function outcomeOf(plan: Plan): Outcome {
  const { model, pool, replicas, sizing, image, engineArgs, apiKeySecret, networkPolicy } = plan
  const { gpuMemoryUtilization: memoryShare, maxNumSeqs: sequences } = plan.chosen
  return {
    model: model.name,
    machine: pool.mode === 'existing' ? OWN_NODES : pool.request.instanceType,
    replicas,
    context: sizing.maxModelLen,
    ...(sizing.lengthBy === undefined ? {} : { contextBy: sizing.lengthBy }),
    chosen: {
      ...(memoryShare === undefined ? {} : { memoryShare }),
      ...(sequences === undefined ? {} : { sequences }),
    },
    image: image.reference,
    engineArgs,
    apiKey: apiKeySecret !== undefined,
    networkPolicy,
    ...(plan.modelAccessSecret === undefined ? {} : { modelAccessSecret: plan.modelAccessSecret }),
    imagePullSecrets: plan.imagePullSecrets,
  }
}

/** @param before as far as the root tells it: one that 0.1.0 wrote tells little. */
export function settingChanges(before: Partial<Outcome> | undefined, after: Outcome): SettingChange[] {
  if (before === undefined) return []
  const [was, is] = [shown(before), shown(after)]
  const known = Object.keys(is).filter((key) => key in was || (before.engineArgs !== undefined && key.startsWith('--')))
  const gone = Object.keys(was).filter((key) => !(key in is))
  return [...known, ...gone].flatMap((setting) => {
    const from = was[setting] ?? 'not set'
    const to = is[setting] ?? 'not set'
    return from === to ? [] : [{ setting, from, to }]
  })
}

function shown(outcome: Partial<Outcome>): Record<string, string> {
  const { engineArgs, apiKey, networkPolicy, modelAccessSecret, imagePullSecrets, chosen, contextBy, ...plain } =
    outcome
  const flags = Object.entries(engineArgs ?? {}).map(([flag, value]) => [`--${flag}`, String(value)])
  return {
    ...Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, String(value)])),
    ...(contextBy === undefined ? {} : { context: `about ${outcome.context}` }),
    ...(chosen?.memoryShare === undefined ? {} : { [MEMORY_SHARE]: String(chosen.memoryShare) }),
    ...(chosen === undefined ? {} : { [SEQUENCES]: String(chosen.sequences ?? "the engine's default") }),
    ...(apiKey === undefined ? {} : { 'API key': apiKey ? 'required' : 'none' }),
    ...(networkPolicy === undefined ? {} : { 'network policy': networkPolicy ? 'on' : 'off' }),
    ...(engineArgs === undefined ? {} : { 'model access Secret': modelAccessSecret ?? 'none' }),
    ...(imagePullSecrets === undefined ? {} : { 'image pull Secrets': imagePullSecrets.join(', ') || 'none' }),
    ...Object.fromEntries(flags),
  }
}

function isMoved({ machine }: Partial<Outcome> = {}, plan: Plan): boolean {
  return machine !== undefined && machine !== outcomeOf(plan).machine
}

/** @param outage the pods that serve are ended before new ones start. */
export function lossesOf(before: Partial<Outcome> | undefined, plan: Plan, outage: boolean): Loss[] {
  const { replicas = 0, context = 0, apiKey = false, networkPolicy = false } = before ?? {}
  const losses: (Loss | false)[] = [
    replicas > plan.replicas && {
      kind: 'capacity',
      says: `This lowers the replicas from ${replicas} to ${plan.replicas}.`,
    },
    isMoved(before, plan) &&
      context > plan.sizing.maxModelLen && {
        kind: 'capacity',
        says: `The new machine lowers the context from ${context} to ${plan.sizing.maxModelLen} tokens.`,
      },
    replicas > 0 && plan.replicas === 0 && { kind: 'outage', says: 'Nobody is served until it is scaled up again.' },
    outage && {
      kind: 'outage',
      says: `Nothing answers for some minutes, while the pod is replaced: ${plan.update.because.split(': ').at(-1)}.`,
    },
    apiKey && plan.apiKeySecret === undefined && { kind: 'api-key', says: 'Requests no longer need a key.' },
    networkPolicy &&
      !plan.networkPolicy && {
        kind: 'network-policy',
        says: 'Pods in every namespace can reach the engine: its NetworkPolicy is removed.',
      },
  ]
  return losses.filter((loss) => loss !== false)
}

/** What a pod's container is going to be: read from its image, arguments and environment, as the engine would. */
import type { Catalog } from '#core/catalog/catalog.ts'
import type { EngineImage, ModelPreset } from '#core/catalog/schema.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { estimateStartup } from '#core/sizing/startup.ts'
import type { ContainerSpec, Pod } from '../../pod.ts'

export interface EngineContainer {
  name: string
  image: string
  port: number
  model: string
  servedNames: string[]
  maxModelLen: number
  weightsGib: number
  gpus: number
  /** Real seconds. */
  pullSeconds: number
  /** From the container's start to the first answer. */
  bootSeconds: number
}

const CONTEXT = 4_096
const START_SECONDS = 3

export function engineContainer(pod: Pod, catalog: Catalog): EngineContainer {
  const [container] = pod.spec.containers as [ContainerSpec]
  const flags = flagsOf(container.args ?? [])
  const model = flags.get('model') ?? 'unknown'
  const preset = catalog.models.find(model)
  const image = catalog.images.find((each) => container.image.includes(each.image.split(/[@:]/)[0] ?? ''))
  const terms = timesOf(preset, image ?? catalog.images[0], flags.has('enforce-eager'))
  return {
    name: container.name,
    image: container.image,
    port: Number(flags.get('port') ?? container.ports?.[0]?.containerPort ?? 8000),
    model,
    servedNames: (flags.get('served-model-name') ?? model).split(' '),
    maxModelLen: Number(flags.get('max-model-len') ?? CONTEXT) || CONTEXT,
    weightsGib: preset?.weightsGiB ?? 1,
    gpus: Number(flags.get('tensor-parallel-size') ?? 1),
    ...terms,
  }
}

/** The same estimate that `plan` shows. */
function timesOf(
  preset: ModelPreset | undefined,
  image: EngineImage | undefined,
  isEager: boolean,
): Pick<EngineContainer, 'pullSeconds' | 'bootSeconds'> {
  if (preset === undefined || image === undefined) return { pullSeconds: 60, bootSeconds: 60 }
  const { terms } = estimateStartup(preset, image, isEager)
  const pull = terms.find(({ step }) => step === 'image pull')?.seconds ?? 0
  const all = terms.reduce((sum, { seconds }) => sum + seconds, 0)
  return { pullSeconds: pull, bootSeconds: all - pull + START_SECONDS }
}

/** `--a=b`, `--a b c`, `--a`. */
function flagsOf(args: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>()
  let last = ''
  for (const arg of args) {
    const [, name, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
    if (name !== undefined) {
      last = name
      flags.set(name, value ?? '')
    } else flags.set(last, `${flags.get(last) ?? ''} ${arg}`.trim())
  }
  return flags
}

/** The Secret or key that the container names and that is not there, in the kubelet's words. */
export function missingSecret(pod: Pod, secretOf: (name: string) => KubeObject | undefined): string | undefined {
  for (const { valueFrom } of pod.spec.containers.flatMap(({ env = [] }) => env)) {
    const ref = valueFrom?.secretKeyRef as { name: string; key: string; optional?: boolean } | undefined
    if (ref === undefined || ref.optional === true) continue
    const secret = secretOf(ref.name)
    if (secret === undefined) return `secret "${ref.name}" not found`
    const data = (secret['data'] ?? {}) as Record<string, string>
    if (!(ref.key in data)) return `couldn't find key ${ref.key} in Secret ${pod.metadata.namespace}/${ref.name}`
  }
  return undefined
}

/** What a variable of the container is worth, from its value or its Secret. */
export function environmentValue(
  pod: Pod,
  variable: string,
  secretOf: (name: string) => KubeObject | undefined,
): string | undefined {
  const entry = pod.spec.containers.flatMap(({ env = [] }) => env).find(({ name }) => name === variable)
  const ref = entry?.valueFrom?.secretKeyRef
  if (ref === undefined) return entry?.value
  const data = (secretOf(ref.name)?.['data'] ?? {}) as Record<string, string>
  const coded = data[ref.key]
  return coded === undefined ? undefined : Buffer.from(coded, 'base64').toString('utf8')
}

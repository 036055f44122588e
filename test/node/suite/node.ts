/** What the suites on the real node share. They fail, and never skip, when it is not up. */
import { fileURLToPath } from 'node:url'
import { api, createNamespace, direct, eventually } from '../../cluster/suite/bed.ts'
import { kaito } from '../../cluster/suite/kaito.ts'
import type { Run, RunOptions } from '../../support/run-kaito.ts'
import { ENGINE_IMAGE, REGISTRY } from '../places.ts'

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const SMALL = here('small.patch.yaml')
export const PRESETS = here('../presets')
const IMAGE = `${REGISTRY}/${ENGINE_IMAGE}`

/** `-f tiny.yaml` on the node that is there, with requests that two cores can meet. */
export const DEPLOY_TINY = [
  'deploy',
  '-f',
  here('tiny.yaml'),
  '--byo',
  '--image',
  IMAGE,
  '--patch',
  SMALL,
  '--yes',
] as const

export function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const env = { ...direct, KAITO_PRESETS: PRESETS, ...options.env }
  return kaito(args, { timeoutMs: 400_000, ...options, env })
}

interface ContainerStatus {
  ready?: boolean
  restartCount?: number
  state?: { waiting?: { reason?: string }; terminated?: { exitCode?: number } }
  lastState?: { terminated?: { exitCode?: number } }
}

export interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string }
  spec: { nodeName?: string }
  status: {
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: ContainerStatus[]
  }
}

export async function podsOf(namespace: string): Promise<Pod[]> {
  const { body } = await api<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)
  return body.items
}

export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true
  )
}

/** Takes a namespace away and waits until the node's GPUs are free again. Pods that go in their own time would hold them for minutes. */
export async function removeNamespace(name: string): Promise<void> {
  // First of all: from now on nobody makes a new pod there in place of one that is deleted.
  await api('DELETE', `/api/v1/namespaces/${name}`)
  for (const { metadata } of await podsOf(name))
    await api('DELETE', `/api/v1/namespaces/${name}/pods/${metadata.name}?gracePeriodSeconds=0`)
  await eventually(
    async () => (await api('GET', `/api/v1/namespaces/${name}`)).status === 404,
    `namespace ${name} is gone`,
    120_000,
  )
}

export { api, createNamespace, eventually }

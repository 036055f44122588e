/** The clouds, each loaded only when a cluster lives in it. */

import { advice, kubectl, setting } from '#core/advice.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import { KaitoError } from '#core/errors.ts'
import type { CloudPort } from './cloud.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What is known about where the cluster lives, from its nodes and from flags. */
interface OpenRequest {
  cloud: CloudId
  providerIds: readonly string[]
  clusterResource?: string
}

type Opener = (request: OpenRequest, env: Env, signal: AbortSignal) => Promise<CloudPort | undefined>

export type CloudRegistry = Readonly<Record<CloudId, (() => Promise<Opener>) | undefined>>

export const SHIPPED_CLOUDS: CloudRegistry = {
  azure: async () => (await import('./azure/index.ts')).openAzure,
  aws: () => Promise.resolve(refuse('AWS')),
  gcp: () => Promise.resolve(refuse('Google Cloud')),
}

/** Opens the cloud that the cluster lives in; undefined when the nodes are not machines of it. */
export async function openCloud(
  clouds: CloudRegistry,
  request: OpenRequest,
  env: Env,
  signal: AbortSignal,
): Promise<CloudPort | undefined> {
  const open = (await clouds[request.cloud]?.()) ?? refuse(request.cloud)
  return open(request, env, signal)
}

function refuse(name: string): Opener {
  return () =>
    Promise.reject(
      new KaitoError({
        code: 'POOLS_UNSUPPORTED',
        phase: 'provision',
        message: `Node pools on ${name} are not supported yet`,
        hint: advice`Add GPU nodes yourself, then run the same command again with ${setting('byo')}. Which nodes have GPUs: ${kubectl('get', 'nodes', '-L', 'node.kubernetes.io/instance-type')}`,
      }),
    )
}

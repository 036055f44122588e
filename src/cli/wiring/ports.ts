/** The composition root: the only place that knows which code stands behind each port. Heavy parts load on first use. */

import { randomBytes } from 'node:crypto'
import { createHub } from '#hub/client.ts'
import type { Clock, Ports } from '#pipeline/ports.ts'
import { simulatedHub } from '#sandbox/hub.ts'
import { sleep } from '#std/sleep.ts'
import { wantsSandbox } from '../flags/options.ts'
import type { Session } from '../session.ts'
import { type Io, isInteractive } from '../terminal/io.ts'
import { VERSION } from '../version.ts'
import { useSandbox } from './sandbox.ts'
import { thisRunner } from './this-process.ts'

/** The test bed's waits, so many times shorter; the sandbox has its own speed. */
const TEST_SPEED = 'KAITO_TEST_PACE'

/** @param speed how many times faster than real the cluster lives. */
function clockAt(speed: number): Clock {
  const span = (clusterMs: number, leastMs = 0): number => Math.max(clusterMs / speed, Math.min(clusterMs, leastMs))
  return { now: () => new Date(), sleep, span }
}

export async function wirePorts({ options, io, registries, emit, signal }: Session): Promise<Ports> {
  const { connectCluster } = await import('#kube/connect.ts')
  const sandbox = wantsSandbox(options) ? await useSandbox(options, io, emit, signal) : undefined
  const { context, namespace, kubeconfig = sandbox?.kubeconfig } = options
  const catalog = await registries.data.catalog(registries.engines, options.presets)
  const kube = await connectCluster({
    clouds: catalog.clouds,
    // The sandbox is on this machine: no proxy leads there.
    env: sandbox === undefined ? io.env : {},
    version: VERSION,
    onSecret: io.redact.learn,
    simulated: sandbox,
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(namespace === undefined ? {} : { namespace }),
    plugins: {
      isAttended: isInteractive({ io }),
      tell: (message) => emit({ type: 'warning', phase: 'plan', code: 'credential-plugin', message }),
      signal,
    },
  })
  return {
    clock: clockAt(sandbox?.speed ?? Number(io.env[TEST_SPEED] || 1)),
    runner: thisRunner(),
    kube,
    hub: sandbox === undefined ? realHub(io) : simulatedHub(),
    async openCloud(request) {
      const { openCloud } = await import('#clouds/index.ts')
      // The same code as for the real cloud, and the way to the simulated one.
      return openCloud(registries.clouds, request, sandbox === undefined ? io.env : sandbox.cloudEnv, signal)
    },
    engines: registries.engines,
    catalog,
    templates: await registries.data.templates(),
    workloads: registries.workloads,
    newApiKey: () => `sk-${randomBytes(32).toString('base64url')}`,
    emit,
    signal,
  }
}

function realHub({ env }: Io): Ports['hub'] {
  return createHub({
    endpoint: env['HF_ENDPOINT'],
    async agentFor(url) {
      const { proxyAgentFor } = await import('#kube/access/proxy-agent.ts')
      return proxyAgentFor(url, env)
    },
  })
}

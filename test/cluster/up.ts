/** `npm run cluster:up`: builds what is missing, starts the bed and returns when everything in it answers. */
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { machineOf } from '#sandbox/clouds/azure/machines.ts'
import { SYSTEM_TYPE } from '#sandbox/clouds/azure/offer.ts'
import { systemPool } from '#sandbox/clouds/azure/store.ts'
import { nodeOf } from '#sandbox/clouds/machines.ts'
import { FAKE } from '../emulators/azure/identity.ts'
import { playedByKwok } from '../emulators/azure/kwok.ts'
import { joinRealNode, startRealNode } from '../node/join.ts'
import { buildAll } from './build.ts'
import {
  API_PORT,
  API_SOCKET,
  ARM_PORT,
  ARM_URL,
  BINARIES,
  ENGINE_PORT,
  ENGINE_SOCKET,
  KUBECONFIG,
  RUN,
  SOURCES,
} from './starter/places.ts'
import { installPlugin } from './starter/plugin.ts'
import { isRunning, readPids, startDetached, stop, until } from './starter/processes.ts'
import { servedNames, writeSettings } from './starter/settings.ts'
import { api } from './suite/bed.ts'

/** The node that AKS itself runs on; the cloud and the cluster are recognised by it. */
const SYSTEM_NODE = playedByKwok(nodeOf(machineOf(systemPool(), 0, FAKE, SYSTEM_TYPE)))

/** `npm run node:up`: with a real kubelet, see test/node. It joins a bed that is up; else there is no engine but in its pods. */
const hasNode = process.argv.includes('--node')
const begin = performance.now()
await buildAll(hasNode)
const pids = Object.values(readPids())
if (pids.length > 0 && pids.every(isRunning)) process.stdout.write('already up\n')
else {
  await stop(pids.filter(isRunning))
  await startBed()
}
if (hasNode) {
  await startRealNode()
  await until('real node', joinRealNode, { seconds: 60, pids: readPids() })
}
process.stdout.write(`the bed is up after ${((performance.now() - begin) / 1000).toFixed(0)} s\n`)
process.stdout.write('now: eval "$(npm run --silent cluster:env)"\n')

async function startBed(): Promise<void> {
  writeSettings()
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  startDetached('inside', 'unshare', [
    ...own,
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    'env',
    `NODE_EXTRA_CA_CERTS=${join(RUN, 'apiserver.crt')}`,
    process.execPath,
    join(SOURCES, 'starter/inside.ts'),
    ...(hasNode ? [] : servedNames()),
  ])
  startDetached('relay-api-outside', BINARIES.bed, [
    'relay',
    `--listen=tcp:127.0.0.1:${API_PORT}`,
    `--to=unix:${API_SOCKET}`,
  ])
  startDetached('relay-engine-outside', BINARIES.bed, [
    'relay',
    `--listen=tcp:127.0.0.1:${ENGINE_PORT}`,
    `--to=unix:${ENGINE_SOCKET}`,
  ])
  startDetached('fake-arm', process.execPath, [
    join(SOURCES, '../emulators/azure/main.ts'),
    `--port=${ARM_PORT}`,
    `--kubeconfig=${KUBECONFIG}`,
  ])
  const watched = { seconds: 120, pids: readPids() }
  await until('control plane', async () => (await api('GET', '/readyz')).status === 200, watched)
  await until('fake Azure', async () => (await fetch(`${ARM_URL}/healthz`)).ok, watched)
  await until('first node', joinSystemNode, watched)
  await until('device plugin', installPlugin, watched)
  if (hasNode) return
  await until('vLLM', async () => (await status(ENGINE_PORT, '/health')) === 200, { ...watched, seconds: 600 })
}

async function joinSystemNode(): Promise<boolean> {
  const { status: code, body } = await api<{ status?: { conditions?: { type: string; status: string }[] } }>(
    'GET',
    `/api/v1/nodes/${SYSTEM_NODE.metadata.name}`,
  )
  if (code === 404) await api('POST', '/api/v1/nodes', SYSTEM_NODE)
  return body.status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
}

/** Without a connection pool: a relay accepts before its other end does. */
function status(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = request({ port, path, host: '127.0.0.1', agent: false, timeout: 5000 }, (res) => {
      res.resume()
      resolve(res.statusCode ?? 0)
    })
    req.on('error', reject).on('timeout', () => req.destroy())
    req.end()
  })
}

process.once('SIGINT', () => {
  rmSync(join(RUN, 'pids.json'), { force: true })
  void stop(Object.values(readPids())).then(() => process.exit(130))
})

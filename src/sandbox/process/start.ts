/** Puts the sandbox together: API server, cloud and controllers over one store, on loopback. */
import { randomBytes } from 'node:crypto'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import type { Supply } from '#core/plan/engine.ts'
import { MACHINE_SECONDS, type RunningCloud, type SimulatedCloud } from '../clouds/cloud.ts'
import { listenHere } from '../clouds/loopback.ts'
import { createMachines, type KubeCall } from '../clouds/machines.ts'
import { Faults } from '../cluster/api/faults.ts'
import { type Answering, createApiServer } from '../cluster/api/server.ts'
import { collectGarbage } from '../cluster/controllers/collector.ts'
import { reconcileEndpoints } from '../cluster/controllers/endpoints.ts'
import { type Controller, Loop, type World } from '../cluster/controllers/loop.ts'
import { reconcileNamespaces } from '../cluster/controllers/namespaces.ts'
import { reconcileNodes } from '../cluster/controllers/nodes.ts'
import { reconcileQuotas } from '../cluster/controllers/quotas.ts'
import { schedule } from '../cluster/controllers/scheduler.ts'
import { createKubelet } from '../cluster/kubelet/kubelet.ts'
import type { Records } from '../cluster/kubelet/record.ts'
import { ObjectStore } from '../cluster/store/objects.ts'
import { type Drill, findDrill } from '../drills.ts'
import type { SimulatedEngine } from '../engines/engine.ts'
import type { Places } from '../paths.ts'
import { changeSettings, keptSettings } from '../settings.ts'
import { createControl } from './control.ts'
import { createSaver, readSaved, setAsideBroken } from './disk.ts'
import { createRehearser } from './drill-owner.ts'
import { holdLock } from './hold-lock.ts'
import { createLog } from './log.ts'
import { loseApiServer } from './lose-api-server.ts'
import { CONTEXT, devicePlugin, placePlugin, seedCluster } from './seed.ts'

export interface SandboxOptions {
  places: Places
  /** Those that can be played; the first one unless the settings name another. */
  clouds: readonly SimulatedCloud[]
  engines: readonly SimulatedEngine[]
  /** Of kinds of work. */
  controllers: readonly Controller[]
  supply: Supply
  /** Somebody has asked for the end. */
  onStop(): void
  /** Called when a request comes, and when its answer is over. */
  onUse(): void
}

export interface Sandbox {
  url: string
  /** What makes a client of the cloud come here. */
  cloudEnv: Record<string, string>
  token: string
  /** A watch, a log that is followed or a tunnel is open. */
  isInUse(): boolean
  close(): Promise<void>
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { places, engines, supply } = options
  const log = createLog()
  const setAside = setAsideBroken(places)
  if (setAside.length > 0) log(`what the sandbox held could not be read, and is now in ${setAside.join(' and ')}`)
  const saved = readSaved(places.state)
  let settings = keptSettings(saved?.settings)
  const [store, faults, records]: [ObjectStore, Faults, Records] = [
    new ObjectStore(),
    new Faults(),
    new Map(saved?.records),
  ]
  const played = cloudOf(options.clouds, settings.cloud)
  if (saved === undefined) seedCluster(store, played.firstMachine(CONTEXT))
  else store.restore(saved.snapshot)
  const drill = (): Drill | undefined => (settings.drill === null ? undefined : findDrill(settings.drill))
  const { ourTaints, poolLabel } = traitsOf(played, supply)
  const plugin = devicePlugin(ourTaints)
  const placeOurPlugin = (): void => placePlugin(store, plugin, drill()?.noPlugin !== true)
  placeOurPlugin()
  const world: World = { store, now: Date.now, scaled: (seconds) => (seconds * 1_000) / settings.speed }
  const kubelet = createKubelet({
    store,
    engines,
    supply,
    records,
    now: world.now,
    drill,
    passTo: () => settings.engine ?? undefined,
  })
  const saver = createSaver({ file: places.state, store, records, settings: () => settings, onFailure: log })
  const token = `sandbox-${randomBytes(24).toString('base64url')}`
  const rehearser = createRehearser()
  const control = createControl({
    store,
    faults,
    setAside,
    settings: () => settings,
    change(change, pid) {
      const before = settings.drill
      settings = changeSettings(settings, rehearser(change, settings, pid))
      if (settings.drill !== before) {
        faults.clear()
        rehearse(cloud, drill())
        placeOurPlugin()
      }
      saver.save()
      loop.wake()
    },
    scriptCloud: (script) => cloud.script(script),
    stop: () => setImmediate(options.onStop),
  })
  const open = new Set<Answering>()
  const locks = holdLock(world, drill)
  const server = createApiServer({
    store,
    runtime: kubelet.runtime,
    faults,
    token,
    control,
    beforeAnswer: (path) => locks.beforeRequest(path),
    onRequest(answer) {
      open.add(answer)
      options.onUse()
      answer.once('close', () => {
        open.delete(answer)
        options.onUse()
      })
    },
  })
  const url = `http://127.0.0.1:${await listenHere(server)}`
  const cloud = await played.start({
    cluster: CONTEXT,
    machines: createMachines(clientOf(url, token), poolLabel),
    skus: supply.catalog.machines.of(played.id),
    scaled: world.scaled,
    stateFile: places.cloud,
    token,
    onFailure: log,
  })
  rehearse(cloud, drill())
  const controllers: Controller[] = [
    reconcileNamespaces,
    collectGarbage,
    reconcileQuotas,
    reconcileNodes({
      clouds: supply.catalog.clouds,
      machineSeconds: MACHINE_SECONDS,
      hasGpus: () => drill()?.noGpus !== true,
    }),
    ...options.controllers,
    schedule,
    kubelet.reconcile,
    reconcileEndpoints,
    loseApiServer(records, faults, drill),
    locks.renew,
  ]
  const loop = new Loop(world, controllers, log)
  loop.wake()
  return {
    url,
    cloudEnv: cloud.env,
    token,
    isInUse: () => open.size > 0,
    async close() {
      loop.stop()
      saver.close()
      await cloud.close()
      server.closeAllConnections()
      // The server knows nothing of the connections that were upgraded.
      for (const answer of open) answer.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** One that is not known any more is not what the sandbox ends for. */
function cloudOf([first, ...others]: readonly SimulatedCloud[], id: string | undefined): SimulatedCloud {
  const cloud = others.find((each) => each.id === id) ?? first
  if (cloud === undefined) throw new Error('there is no cloud to play')
  return cloud
}

function traitsOf({ id }: SimulatedCloud, { catalog }: Supply): CloudTraits {
  const traits = catalog.clouds.find((each) => each.id === id)
  if (traits === undefined) throw new Error(`the catalogue knows no cloud ${id}`)
  return traits
}

/** However often it is tried, until another drill, or none, is chosen. */
function rehearse(cloud: RunningCloud, drill: Drill | undefined): void {
  cloud.script(undefined)
  if (drill?.cloud !== undefined) cloud.script({ next: drill.cloud, times: Number.POSITIVE_INFINITY })
}

/** The cloud's own way into the cluster. */
function clientOf(url: string, token: string): KubeCall {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    const answer = await fetch(url + path, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}

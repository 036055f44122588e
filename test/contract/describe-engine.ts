/** What every engine must do, whoever it is: for the planner, in its container, in its log; and the sandbox must play it so. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Catalog } from '#core/catalog/catalog.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import { recognise, type Signature } from '#core/failures/signature.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { Engine, EngineArgs, EngineRegistry } from '#core/plan/engine.ts'
import { tablesOf } from '#core/plan/engine-flags.ts'
import type { Plan, PlanOverrides } from '#core/plan/types.ts'
import type { Load } from '#core/sizing/types.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { ANNOTATIONS } from '#core/workspace/annotations.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { openTemplates } from '#data/templates.ts'
import type { Route } from '#endpoint/endpoint.ts'
import { probeCompletion, probeHealth, probeModels } from '#endpoint/probe.ts'
import { renderObjects } from '#render/render.ts'
import { FAILURE_KINDS, type FailureKind } from '#sandbox/ending.ts'
import { isRefusal, type Launch, type Setting, type SimulatedEngine } from '#sandbox/engines/engine.ts'
import type { ContainerSpec } from '#sandbox/pod.ts'

export interface EngineHarness {
  engine: Engine
  simulated: SimulatedEngine
  /** Has images of the engine, the flags of their versions, and the model. */
  catalog: Catalog
  /** A preset that it serves. */
  model: string
  /** Flags that every version takes, and one that none has. */
  flags: { taken: EngineArgs; unknown: string; settled: string }
  /** Flags that it refuses once they are parsed, each in words of its own. */
  refused?: readonly string[]
  /** What each failure is told as; undefined: nobody knows it. */
  failures: Readonly<Record<FailureKind, ErrorCode | undefined>>
}

const templates = await openTemplates()
const PLACE = { workspace: 'chat', namespace: 'team-a', pod: 'chat-1' }
const KEY = 'sk-0123456789abcdef'

export function describeEngine(name: string, harness: EngineHarness): void {
  const { engine, simulated, catalog, flags } = harness
  const engines: EngineRegistry = { all: [engine], standard: engine.id, unavailable: [] }
  const supply = { catalog, engines, templates, workloads: SHIPPED_WORKLOADS }
  const tables = tablesOf(engine, catalog)

  const planOf = (overrides: PlanOverrides = {}): Plan => {
    const spec = { ...workspaceFromName(harness.model), annotations: { [ANNOTATIONS.runtime]: engine.id } }
    const facts = { namespace: 'team-a', cloud: undefined, ownNodes: true, nodes: [], isOffline: true }
    return assemblePlan(spec, supply, { ...facts, clusterUid: 'offline', engineConfig: {} }, overrides)
  }
  const containerOf = (overrides: PlanOverrides = {}) => containerIn(renderObjects(planOf(overrides), supply))
  const loadOf = (changes: Partial<Load> = {}): Load => {
    const { model, sizing } = planOf()
    const gpu = { ...sizing.gpu, maxCuda: undefined }
    return { model, gpu, tensorParallelSize: 1, settings: engine.readSettings({}), adapters: 0, ...changes }
  }
  const launchOf = (overrides: PlanOverrides = {}): Launch => {
    const read = simulated.read(containerOf(overrides), supply)
    if (isRefusal(read)) throw new Error(read.says.join('\n'))
    return read
  }

  describe(name, () => {
    describe('settings', () => {
      it('of no flags are its own defaults, and make sense', () => {
        const { gpuMemoryUtilization: share, ...settings } = engine.readSettings({})
        expect(share).toBeGreaterThan(0)
        expect(share).toBeLessThanOrEqual(1)
        expect(settings).toMatchObject({ tensorParallelSize: undefined, maxModelLen: undefined, adapters: 0 })
      })

      it('are read from the flags that it says they are', () => {
        const { contextLength, gpus, dtype } = engine.spelling
        expect(engine.readSettings({ [contextLength]: 4096, [gpus]: 2, [dtype]: 'float16' })).toMatchObject({
          maxModelLen: 4096,
          tensorParallelSize: 2,
          dtype: 'float16',
        })
      })

      it.each(['many', -3, true])('%s is no context and no number of GPUs', (value) => {
        for (const flag of [engine.spelling.contextLength, engine.spelling.gpus])
          expect(codeOf(() => engine.readSettings({ [flag]: value }))).toBe('USAGE')
      })
    })

    describe('flags', () => {
      it('are known in every version that there is an image of', () => {
        const versions = catalog.images.filter((image) => image.engine === engine.id).map(({ version }) => version)
        expect(versions.length).toBeGreaterThan(0)
        expect(new Set(tables.map(({ version }) => version))).toEqual(new Set(versions))
      })

      it.each(tables.map((table) => [table.version, table] as const))('of %s are taken or refused', (_v, table) => {
        expect(engine.checkFlags(flags.taken, table)).toEqual({ settled: [], wrong: [] })
        expect(engine.checkFlags({ [flags.unknown]: 1 }, table).wrong).toHaveLength(1)
        expect(engine.checkFlags({ [flags.settled]: 'x' }, table).settled).toHaveLength(1)
        for (const flag of Object.values(engine.spelling)) expect(Object.keys(table.flags)).toContain(flag)
      })

      it('have one name, however they are typed', () => {
        for (const flag of Object.keys(flags.taken)) {
          expect(engine.flagName(`--${flag}`)).toBe(flag)
          expect(engine.flagName(flag.replaceAll('-', '_'))).toBe(flag)
        }
      })
    })

    describe('flags of earlier versions', () => {
      it.each(tables.map((table) => [table.version, table] as const))('leave those of %s as they are', (_v, table) => {
        expect(engine.upToDate({ ...flags.taken, [flags.unknown]: 1 }, table)).toEqual({
          args: { ...flags.taken, [flags.unknown]: 1 },
          told: [],
        })
      })
    })

    describe('the estimate', () => {
      it.each([0, 1])('of the memory has a formula for every term, with %i adapters', (adapters) => {
        for (const { term, gib, formula } of engine.memory(loadOf({ adapters }))) {
          expect(gib, term).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(gib), term).toBe(true)
          expect(formula, term).not.toBe('')
        }
      })

      it('of the KV cache grows with the request, and shrinks with the GPUs that share it', () => {
        const [one, two] = [engine.kv(loadOf()), engine.kv(loadOf({ tensorParallelSize: 2 }))]
        expect(one.bytesPerToken).toBeGreaterThan(0)
        expect(two.bytesPerToken).toBeLessThanOrEqual(one.bytesPerToken)
        expect(one.keptBlocks).toBeGreaterThanOrEqual(0)
        const sizes = [1, 256, 1024, 8192].map((tokens) => one.blocksFor(tokens))
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
        expect(sizes[0]).toBeGreaterThan(0)
      })

      it('of the start takes time', () => {
        const terms = engine.startup(loadOf().model, engine.readSettings({}))
        expect(terms.reduce((sum, { seconds }) => sum + seconds, 0)).toBeGreaterThan(0)
      })
    })

    describe('the container', () => {
      it.each(tables.map((table) => [table.version, table] as const))(
        'of %s has no flag that it lacks',
        (_v, table) => {
          const { args } = engine.container(planOf(), table)
          const given = Object.fromEntries(args.map(nameAndValue))
          const { wrong } = engine.checkFlags(given, table)
          expect(wrong).toEqual([])
        },
      )

      it('listens and is probed where its API says, and is given the key that it asks for', () => {
        const { ports, env = [], ...container } = containerOf({ apiKey: true })
        expect(ports).toMatchObject([{ containerPort: engine.api.port }])
        for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
          expect(container).toMatchObject({ [probe]: { httpGet: { path: engine.api.health } } })
        const key = env.find((variable) => variable.name === engine.api.keyVariable)
        expect(key?.valueFrom?.secretKeyRef).toMatchObject({ key: 'API_KEY' })
        expect(containerOf().env?.some((variable) => variable.name === engine.api.keyVariable)).toBe(false)
      })

      it('is told the context, and what the user says comes last', () => {
        const { contextLength } = engine.spelling
        expect(launchOf({ maxModelLen: 2048 }).maxModelLen).toBe(2048)
        expect(launchOf({ engineArgs: { [contextLength]: 1024 } }).maxModelLen).toBe(1024)
      })

      it('takes adapters while it runs where it says how', () => {
        const { load, unload } = engine.api
        expect([load !== undefined, unload !== undefined]).toEqual([
          engine.adapters === 'hot',
          engine.adapters === 'hot',
        ])
      })
    })

    describe('its log', () => {
      const at = (share: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, 600 * share))
      const textOf = (by: FailureKind): string =>
        simulated
          .log(launchOf(), at, { after: 0.5, by })
          .map(({ text }) => text)
          .join('\n')
      const causeOf = (text: string) => recognise(engine.failures, text, PLACE, (line) => engine.readLine(line))

      it.each(FAILURE_KINDS)('tells what became of a start that ends by %s', (by) => {
        const cause = causeOf(textOf(by))
        expect(cause?.code).toBe(harness.failures[by])
        if (cause === undefined) return
        expect(textOf(by)).toContain(cause.reason)
        expect(engine.readLine(cause.reason)).toBe(cause.reason.trim())
        expect(cause.next).not.toBe('')
      })

      it('has a line for every signature', () => {
        const refusals = (harness.refused ?? []).map((flag) => {
          const container = containerOf()
          const read = simulated.read({ ...container, args: [...(container.args ?? []), flag] }, supply)
          return isRefusal(read) ? read.says.join('\n') : ''
        })
        const texts = [...FAILURE_KINDS.map(textOf), ...refusals]
        const first = (text: string): Signature | undefined => engine.failures.find(({ pattern }) => pattern.test(text))
        const met = new Set(texts.map(first))
        expect(engine.failures.filter((row) => !met.has(row)).map(({ pattern }) => pattern.source)).toEqual([])
      })

      it('of a start that succeeds says no failure, in order of time', () => {
        const lines = simulated.log(launchOf(), at)
        expect(lines.length).toBeGreaterThan(0)
        expect(causeOf(lines.map(({ text }) => text).join('\n'))).toBeUndefined()
        const times = lines.map((line) => line.at.getTime())
        expect(times).toEqual([...times].sort((a, b) => a - b))
      })

      it('of a flag that its version lacks is what the kubelet shows of a container that ended', () => {
        const container = containerOf()
        const args = [...(container.args ?? []), `--${flags.unknown}=1`]
        const read = simulated.read({ ...container, args }, supply)
        expect(isRefusal(read) && causeOf(read.says.join('\n'))).toMatchObject({ code: 'ENGINE_FLAG_INVALID' })
      })
    })

    describe('its server', () => {
      const open: Server[] = []
      afterEach(() => {
        for (const server of open.splice(0)) server.closeAllConnections()
      })
      const routeTo = async (setting: Partial<Setting> = {}, key?: string): Promise<Route> => {
        const handler = simulated.serve(launchOf(), { startedAt: new Date(0), ...setting })
        const server = createServer(handler).listen(0, '127.0.0.1')
        open.push(server)
        await once(server, 'listening')
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        return { label: name, send: (request) => send(url, request, key) }
      }

      it('is alive, lists what it serves, and completes', async () => {
        const [route, [served = '']] = [await routeTo(), launchOf().servedNames]
        expect(await probeHealth(route, engine.api.health)).toMatchObject({ outcome: 'ok' })
        expect(await probeModels(route, engine.api.models, served)).toMatchObject({ outcome: 'ok' })
        expect(await probeCompletion(route, served)).toMatchObject({ outcome: 'ok' })
        expect(await probeModels(route, engine.api.models, 'another')).toMatchObject({ kind: 'model' })
      })

      it('wants its key for all but its health', async () => {
        const { health, models } = engine.api
        const [without, withKey] = [await routeTo({ apiKey: KEY }), await routeTo({ apiKey: KEY }, KEY)]
        expect(await probeHealth(without, health)).toMatchObject({ outcome: 'ok' })
        expect((await without.send({ method: 'GET', path: models, timeoutMs: 5_000 })).status).toBe(401)
        expect((await withKey.send({ method: 'GET', path: models, timeoutMs: 5_000 })).status).toBe(200)
      })
    })
  })
}

function containerIn(objects: readonly KubeObject[]): ContainerSpec {
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as
    | { spec?: { template?: { spec?: { containers?: ContainerSpec[] } } } }
    | undefined
  const [container] = deployment?.spec?.template?.spec?.containers ?? []
  if (container === undefined) throw new Error('nothing was rendered')
  return container
}

/** `--a=b`, or a bare `--a`. */
function nameAndValue(arg: string): [string, string | true] {
  const [, name = '', value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
  return [name, value ?? true]
}

function codeOf(call: () => unknown): ErrorCode | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof KaitoError) return error.code
    throw error
  }
}

async function send(url: string, { method, path, body }: Parameters<Route['send']>[0], key: string | undefined) {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  }
  const answer = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: await answer.text() }
}

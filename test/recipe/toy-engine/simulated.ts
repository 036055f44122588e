/** The toy engine, as the sandbox plays it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FailureKind } from '#sandbox/ending.ts'
import type { Launch, Line, Refusal, Setting, SimulatedEngine } from '#sandbox/engines/engine.ts'
import type { ContainerSpec } from '#sandbox/pod.ts'
import { toy } from './index.ts'
import { TOY_FLAGS } from './rows.ts'

const LAST_WORDS: Partial<Record<FailureKind, string>> = {
  oom: 'toy | fatal: the GPU is full',
  flag: 'toy | fatal: unknown option --no-such-flag',
}

export const simulatedToy: SimulatedEngine = {
  id: toy.id,
  read: readContainer,
  log(_launch, at, ending) {
    const start: Line = { at: at(0), text: 'toy | loading' }
    if (ending === undefined) return [start, { at: at(1), text: 'toy | ready' }]
    const words = ending.by === undefined ? [] : [LAST_WORDS[ending.by] ?? 'toy | fatal: it broke']
    return [start, ...words.map((text) => ({ at: at(ending.after), text }))]
  },
  serve: (launch, setting) => (request, response) => answer(launch, setting, request, response),
}

function readContainer({ args = [], ports = [] }: ContainerSpec): Launch | Refusal {
  const flags = new Map(args.map((arg) => arg.replace(/^--/, '').split('=') as [string, string]))
  const port = ports[0]?.containerPort ?? toy.api.port
  const unknown = [...flags.keys()].find((flag) => TOY_FLAGS.flags[flag] === undefined)
  if (unknown !== undefined)
    return { port, bootSeconds: 1, exitCode: 64, says: [`toy | fatal: unknown option --${unknown}`] }
  return {
    version: TOY_FLAGS.version,
    model: flags.get('model') ?? '',
    servedNames: [flags.get('name') ?? ''],
    maxModelLen: Number(flags.get('context')),
    weightsGib: 1,
    gpus: Number(flags.get('shards')),
    port,
    bootSeconds: 30,
  }
}

type Answer = [status: number, body: object]

function answer(
  { servedNames }: Launch,
  { apiKey }: Setting,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume()
  const [status, body] = answerTo(request, servedNames, apiKey)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answerTo({ url, headers }: IncomingMessage, names: readonly string[], key: string | undefined): Answer {
  if (url === toy.api.health) return [200, {}]
  if (key !== undefined && headers.authorization !== `Bearer ${key}`) return [401, {}]
  if (url === toy.api.models) return [200, { data: names.map((id) => ({ id })) }]
  if (url === '/v1/completions') return [200, { model: names[0], choices: [{ text: 'a toy' }] }]
  return [404, {}]
}

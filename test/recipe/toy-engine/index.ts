/** An engine that nobody ships: it is alive elsewhere, spells its flags otherwise, and names adapters at its start. */
import { presetFlags } from '#core/catalog/preset-flags.ts'
import { KaitoError } from '#core/errors.ts'
import type { Signature } from '#core/failures/signature.ts'
import type { ContainerPlan, Engine, EngineArgs } from '#core/plan/engine.ts'
import type { Plan } from '#core/plan/types.ts'
import type { KvShape, Load } from '#core/sizing/types.ts'
import { checkAgainst } from '#runtimes/flags.ts'

const PORT = 9000

const FAILURES: readonly Signature[] = [
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /unknown option (?<flag>\S+)/,
    says: ({ flag }) => `The engine does not know ${flag}.`,
    next: ({ flag }) => `Run the same command again without --engine-arg ${flag}.`,
    source: 'invented',
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    pattern: /the GPU is full/,
    says: () => "The GPU's memory is too small.",
    next: () => 'Run the same command again with --instance-type TYPE.',
    source: 'invented',
  },
]

export const toy: Engine = {
  id: 'toy',
  title: 'Toy',
  configSection: 'toy',
  spelling: { contextLength: 'context', gpus: 'shards', dtype: 'precision' },
  takesAdapterStrength: true,
  adapters: 'at-start',
  inEstimate: ['context', 'shards', 'precision', 'adapters'],
  notInEstimate: [],
  vocabularyPadding: 1,
  api: { port: PORT, health: '/alive', models: '/v1/models', keyVariable: 'TOY_KEY' },
  failures: FAILURES,
  readLine: (line) => line.trim().replace(/^toy \| /, ''),
  isCause: (line) => line.includes('fatal:'),
  flagName: (given) => given.replace(/^-+/, '').replaceAll('_', '-'),
  readSettings: (args) => ({
    gpuMemoryUtilization: 0.8,
    tensorParallelSize: count(args, 'shards'),
    maxModelLen: count(args, 'context'),
    maxNumSeqs: undefined,
    maxNumBatchedTokens: undefined,
    kvBytes: 2,
    dtype: args['precision'] === 'float16' ? 'float16' : undefined,
    isEager: true,
    adapters: args['adapters'] === undefined ? 0 : 1,
    maxLoras: undefined,
    maxLoraRank: 16,
    servedName: undefined,
  }),
  checkFlags: (args, table) => checkAgainst(table, args, { port: { says: 'the Service leads to it' } }),
  upToDate: (args) => ({ args: { ...args }, told: [] }),
  filesIn: () => [],
  withoutEffect: () => [],
  memory: ({ adapters }) => [{ term: 'engine', gib: 1 + adapters, formula: '1 GiB, and 1 GiB per adapter' }],
  kv: kvOf,
  startup: () => [{ step: 'load', seconds: 30, formula: '30 s' }],
  container: containerOf,
}

function count(args: EngineArgs, flag: string): number | undefined {
  const value = args[flag]
  if (value === undefined) return undefined
  if (Number.isInteger(Number(value)) && Number(value) > 0 && value !== true) return Number(value)
  throw new KaitoError({ code: 'USAGE', phase: 'plan', message: `${flag} is no number: ${value}`, hint: `--${flag}=1` })
}

/** Token by token, and every layer sees everything. */
function kvOf({ model, tensorParallelSize, settings }: Load): KvShape {
  const { layers, kvHeads, headDim } = model.attention
  const bytesPerToken = 2 * layers * Math.max(1, kvHeads / tensorParallelSize) * headDim * settings.kvBytes
  const formula = `${bytesPerToken} B per token`
  return { bytesPerToken, bytesPerBlock: bytesPerToken, blocksFor: (tokens) => tokens, keptBlocks: 0, formula }
}

function containerOf({ model, sizing, engineArgs, apiKeySecret }: Plan): ContainerPlan {
  const flags = {
    model: model.modelId,
    context: sizing.maxModelLen,
    shards: sizing.tensorParallelSize,
    precision: sizing.dtype,
    name: model.servedModelName,
    ...presetFlags(model, 'toy'),
    ...engineArgs,
  }
  return {
    command: ['toy-server'],
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    env:
      apiKeySecret === undefined
        ? []
        : [{ name: 'TOY_KEY', valueFrom: { secretKeyRef: { name: apiKeySecret, key: 'API_KEY' } } }],
    port: PORT,
    drainSeconds: 5,
    shmGiB: 1,
  }
}

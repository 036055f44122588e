/** What the catalogue has of the toy engine: an image, and its flags. */
import type { EngineImage, FlagTable } from '#core/catalog/schema.ts'

export const TOY_IMAGE: EngineImage = {
  engine: 'toy',
  version: '1.0.0',
  image: 'toys/engine:1.0.0',
  cuda: '12.0',
  minComputeCapability: 7,
  runAsUser: 1000,
  runAsGroup: 1000,
  home: '/home/toy',
  pullGiB: 1,
  diskGiB: 2,
  sources: ['invented'],
}

export const TOY_FLAGS: FlagTable = {
  engine: 'toy',
  version: '1.0.0',
  flags: {
    model: { kind: 'text' },
    name: { kind: 'text' },
    context: { kind: 'integer' },
    shards: { kind: 'integer' },
    precision: { kind: 'choice', choices: ['bfloat16', 'float16'] },
    adapters: { kind: 'text' },
    patience: { kind: 'integer' },
  },
}

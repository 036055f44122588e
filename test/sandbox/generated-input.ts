/** Input as people write it, sound and wrong: one workspace or several, what stands beside them, and flags. */
import fc from 'fast-check'
import { stringify } from 'yaml'
import { SHIPPED_ROWS } from '../support/in-process.ts'

/** What `-f -` reads, and the flags beside it. */
export interface Input {
  text: string
  flags: readonly string[]
}

const MODELS = SHIPPED_ROWS.models.flatMap(({ name, aliases }) => [name, ...aliases])
const MACHINES = SHIPPED_ROWS.gpus.filter(({ cloud }) => cloud === 'azure').map(({ instanceType }) => instanceType)
/** Every model fits it. */
const LARGE = MACHINES.filter((type) => type.startsWith('Standard_ND'))
const NAMES = ['7b-chat', 'Chat', 'qwen2.5', 'vllm', '2024', 'a'.repeat(70), `\${name}`]

/** Beside what the engine takes stands what it takes no more, and what kaito sets itself. */
const RIGHT_FLAGS = {
  'max-model-len': 4096,
  max_num_seqs: 32,
  dtype: 'auto',
  'enable-prefix-caching': true,
  'swap-space': 4,
  'served-model-name': 'house',
} as const
const WRONG_FLAGS = {
  'max-model-len': '8k',
  'max-num-seqs': -1,
  'no-such-flag': 1,
  'rope-scaling': '{}',
  'api-key': 'secret',
  'chat-template': '/x.jinja',
  'kv-cache-dtype': 'a b',
} as const

/** Undefined and left out in YAML: as nobody writes it. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

function some<T>(from: Readonly<Record<string, T>>): fc.Arbitrary<Record<string, T>> {
  return fc.subarray(Object.entries(from), { maxLength: 2 }).map((entries) => Object.fromEntries(entries))
}

/** @param isSound nothing in it is wrong by itself; together it may not go. */
function inputOf(isSound: boolean): fc.Arbitrary<Input> {
  const one = <T>(right: readonly T[], wrong: readonly T[]): fc.Arbitrary<T> =>
    isSound
      ? fc.constantFrom(...right)
      : fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...right) },
          { weight: 1, arbitrary: fc.constantFrom(...wrong) },
        )
  const labels = maybe(
    fc.dictionary(one(['apps', 'team', 'example.com/tier'], ['two words']), one(['chat', ''], ['two words', `\${x}`]), {
      maxKeys: 2,
    }),
  )
  const annotations = some<string>({
    'kaito.sh/network-policy': 'true',
    'kaito.sh/enablelb': 'False',
    'example.com/owner': 'search',
    ...(isSound ? {} : { 'kaito.sh/runtime': 'maybe' }),
  })
  const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,55}[a-z0-9]$/), one(['chat', 'chat-2'], NAMES))
  const workspace = (namespace: string | undefined) =>
    fc.record({
      apiVersion: one(['kaito.sh/v1beta1', 'kaito.sh/v1alpha1'], ['kaito.sh/v2']),
      kind: fc.constant('Workspace'),
      metadata: fc.record({ name, namespace: one([namespace], ['UPPER', 'other']), labels, annotations }),
      resource: maybe(
        fc.record({
          count: one<unknown>([undefined, 1], [0, 'two']),
          instanceType: one([undefined, ...LARGE], [...MACHINES, 'Standard_NOPE', 'p4d.24xlarge']),
          labelSelector: maybe(fc.record({ matchLabels: labels })),
        }),
      ),
      inference: fc.record({
        config: maybe(fc.constantFrom('params', 'params', 'elsewhere')),
        preset: fc.record({
          name: one(MODELS, ['mistral-7b-instrct', 'gpt-4']),
          presetOptions: fc.record({
            image: maybe(one(['registry.local:5000/team/vllm:1'], ['Bad Image', 'x@sha256:12'])),
            modelAccessSecret: maybe(one(['hub', 'elsewhere'], ['Bad_Name'])),
          }),
        }),
      }),
    })
  const beside = (namespace: string | undefined) =>
    fc.tuple(
      isSound ? some(RIGHT_FLAGS) : some({ ...RIGHT_FLAGS, ...WRONG_FLAGS }),
      one(['HF_TOKEN'], ['token']),
      one([namespace], ['other']),
    )
  const text = fc
    .constantFrom(undefined, 'ml')
    .chain((namespace) => fc.tuple(fc.array(workspace(namespace), { minLength: 1, maxLength: 3 }), beside(namespace)))
    .map(([workspaces, [flags, key, namespace]]) => textOf([...workspaces, ...companions(flags, key, namespace)]))
  return fc.record({ text, flags: flagsOf(one) })
}

function companions(flags: object, key: string, namespace: string | undefined): object[] {
  const config = stringify({ vllm: flags })
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'params', namespace },
      data: { 'inference_config.yaml': config },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hub', namespace }, stringData: { [key]: 'hf_x' } },
  ]
}

function textOf(documents: readonly object[]): string {
  return documents.map((document) => stringify(JSON.parse(JSON.stringify(document)))).join('---\n')
}

function flagsOf(one: <T>(right: readonly T[], wrong: readonly T[]) => fc.Arbitrary<T>): fc.Arbitrary<string[]> {
  const flag = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
    fc.option(value, { nil: undefined, freq: 1 }).map((given) => (given === undefined ? [] : [name, given]))
  const all = fc.tuple(
    flag('--replicas', fc.constantFrom('1', '2', '4')),
    flag('--max-model-len', one(['4096'], ['1000000'])),
    flag('--instance-type', one(LARGE, [...MACHINES, 'Standard_NOPE'])),
    flag('--image', fc.constantFrom('vllm/vllm-openai:v0.32.0', 'registry.local:5000/team/vllm:1')),
    flag('--engine-arg', one(['max-num-seqs=64', 'swap-space=4'], ['no-such-flag=1', 'port=1'])),
    flag('-n', fc.constant('ml')),
    fc.constantFrom([], ['--api-key'], ['--byo']),
  )
  return all.chain((given) => fc.subarray(given, { maxLength: 3 })).map((given) => given.flat())
}

export const INPUT: fc.Arbitrary<Input> = fc.oneof(inputOf(true), inputOf(false))

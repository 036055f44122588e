/** Where the values of flags come from: the command line, its other spellings, the environment. Through `kaito render`. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const workspace = (name: string): string => `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: ${name} }
resource: { instanceType: Standard_NC24ads_A100_v4 }
inference: { preset: { name: mistral-7b-instruct } }
`
const NOWHERE = `apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
clusters: [{ name: nowhere, cluster: { server: "http://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
`

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
  writeFileSync(join(dir, 'one.yaml'), workspace('chat'))
  writeFileSync(join(dir, 'three.yaml'), workspace('more'))
  writeFileSync(join(dir, 'two.yaml'), `${workspace('chat')}---\n${workspace('code')}`)
  writeFileSync(join(dir, 'kubeconfig'), NOWHERE)
})

const run = (args: string, env: Record<string, string> = {}): Promise<Run> =>
  kaito(args.split(' '), { cwd: dir, env: { KUBECONFIG: join(dir, 'kubeconfig'), XDG_STATE_HOME: dir, ...env } })

describe('a switch in the environment', () => {
  // Only the nodes of a pool that kaito makes are known by their label.
  const onOwnNodes = async (value: string): Promise<boolean> => {
    const { code, stdout, stderr } = await run('render mistral-7b --cloud azure', { KAITO_BYO: value })
    expect(code, stderr).toBe(0)
    return !/nodeSelector:\n +kaito\.sh\/workspace: /.test(stdout)
  }

  it.each(['1', 'true', 'YES', 'on'])('is on with %s', async (value) => {
    expect(await onOwnNodes(value)).toBe(true)
  })

  it.each(['0', 'False', 'no', 'off', ''])('is off with "%s"', async (value) => {
    expect(await onOwnNodes(value)).toBe(false)
  })

  it('that says neither is refused by name, with what is allowed', async () => {
    const { code, stderr } = await run('render mistral-7b', { KAITO_YES: 'maybe' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/KAITO_YES is "maybe"\. Expected 1, true, yes or on; or 0, false, no or off/)
  })

  it.each(['0', ''])('KAITO_SANDBOX=%s leads to the cluster of the kubeconfig', async (value) => {
    const { code, stderr } = await run('status', { KAITO_SANDBOX: value })
    expect(stderr).toContain('127.0.0.1:1')
    expect(code).toBe(5)
  })
})

it('the annotation kaito.sh/network-policy asks for a NetworkPolicy, and a switch wins over it', async () => {
  const annotated = workspace('chat').replace(
    'name: chat',
    'name: chat, annotations: { kaito.sh/network-policy: "true" }',
  )
  writeFileSync(join(dir, 'fenced.yaml'), annotated)
  const kinds = async (env: Record<string, string>): Promise<string> =>
    (await run('render -f fenced.yaml --cloud azure -o name', env)).stdout
  expect(await kinds({})).toContain('NetworkPolicy/chat')
  expect(await kinds({ KAITO_NETWORK_POLICY: 'off' })).not.toContain('NetworkPolicy')
  expect((await run('lint -f fenced.yaml')).stdout).toBe('no problems in chat\n')
})

describe('what needs no cluster to be known is refused before one is asked', () => {
  it.each([
    ['deploy mistrl --yes', 'UNKNOWN_MODEL', 'mistral-7b'],
    ['plan gpt-4o', 'UNKNOWN_MODEL', 'phi-4'],
    ['diff mistral-7b --engine-arg max-num-seq=4', 'USAGE', '--max-num-seqs'],
    ['deploy mistral-7b --dry-run --engine-arg no-such=1', 'USAGE', '--no-such'],
  ])('%s', async (args, code, says) => {
    const done = await run(`${args} -o json`)
    expect(done.code, done.stderr).toBe(2)
    expect(JSON.parse(done.stderr)).toMatchObject({ code })
    expect(done.stderr).toContain(says)
  })
})

describe('a value in the environment', () => {
  it('counts unless the flag is typed, and an empty one does not count', async () => {
    const replicas = async (args: string, value: string): Promise<string | undefined> =>
      /^ {2}replicas: (\d+)/m.exec((await run(args, { KAITO_REPLICAS: value })).stdout)?.[1]
    expect(await replicas('render mistral-7b --byo', '3')).toBe('3')
    expect(await replicas('render mistral-7b --byo --replicas 2', '3')).toBe('2')
    expect(await replicas('render mistral-7b --byo', '')).toBe('1')
    const named = workspace('chat').replace('name: chat', 'name: chat, namespace: models')
    writeFileSync(join(dir, 'named.yaml'), named)
    const { stdout } = await run('render -f named.yaml --byo', { KAITO_NAMESPACE: '' })
    expect(stdout).toMatch(/^ {2}namespace: models$/m)
  })

  it('that the flag would not take is refused by the name of the variable', async () => {
    const bad = [
      ['KAITO_REPLICAS', 'many', 'whole number'],
      ['KAITO_OUTPUT', 'xml', 'json'],
      ['KAITO_TIMEOUT', 'soon', '90s'],
    ] as const
    for (const [name, value, allowed] of bad) {
      const { code, stderr } = await run('render mistral-7b --byo', { [name]: value })
      expect(code).toBe(2)
      expect(stderr).toMatch(new RegExp(`${name} is "${value}"\\. .*${allowed}`))
    }
  })
})

it.each([
  ['logs', 'json', 'text'],
  ['chat', 'name', 'text, json, yaml'],
  ['deploy', 'markdown', 'text, json, yaml, name'],
])('%s refuses -o %s, and says which forms it has', async (verb, form, forms) => {
  const { code, stdout, stderr } = await run(`${verb} nobody -o ${form}`)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.replaceAll(/\n\s+/g, ' ')).toContain(`kaito ${verb} does not support -o ${form}; it supports ${forms}.`)
})

describe('flags of kubectl-kaito', () => {
  const nameOf = ({ stdout }: Run): string | undefined => /kaito\.sh\/workspace: (\S+)/.exec(stdout)?.[1]

  it('--workspace-name and --model say what --name and the argument say', async () => {
    const old = await run('render --model mistral-7b --workspace-name chat --byo')
    expect(nameOf(old)).toBe('chat')
    expect(old.stdout).toBe((await run('render mistral-7b --name chat --byo')).stdout)
    const typed = await run('render --model mistral-7b --workspace-name chat --byo', { KAITO_NAME: 'other' })
    expect(nameOf(typed)).toBe('chat')
    const both = await run('render phi-4 --model mistral-7b --byo')
    expect(both.code).toBe(2)
    expect(both.stderr).toMatch(/phi-4.*mistral-7b/)
  })

  it('--instance-type and --model-access-secret reach the pod', async () => {
    const { stdout } = await run(
      'render --model mistral-7b --cloud azure --instance-type Standard_NC40ads_H100_v5 --model-access-secret hub',
    )
    // The machine that is chosen without it has an A10, whose driver wants an image with a suffix.
    expect(stdout).toMatch(/image: \S+:v[\d.]+\n/)
    expect(stdout).toMatch(/secretKeyRef:\n\s+name: hub\n\s+key: HF_TOKEN/)
  })

  it('init takes --model, too', async () => {
    const { code, stdout } = await run('init --model mistral-7b --byo --out init.yaml -o name')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'init.yaml\n' })
  })
})

it('render -o json is the List that kubectl apply takes, with what render writes as YAML in it', async () => {
  const list = JSON.parse((await run('render mistral-7b --byo -o json')).stdout) as { items: unknown[] }
  const documents = parseAllDocuments((await run('render mistral-7b --byo')).stdout)
  expect(list).toEqual({ apiVersion: 'v1', kind: 'List', items: documents.map((document) => document.toJS()) })
})

describe('--name with a file', () => {
  it('names its one workspace', async () => {
    const { stdout } = await run('render -f one.yaml --name other --cloud azure')
    expect(stdout).toContain('kaito.sh/workspace: other')
    expect(stdout).not.toContain('kaito.sh/workspace: chat')
  })

  it('is refused for several', async () => {
    const { code, stdout, stderr } = await run('render -f two.yaml --name other --cloud azure')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--name names one workspace, but the input has 2.')
  })
})

describe('a value that cannot work is refused as it is read', () => {
  it.each([
    ['render mistral-7b --byo --name Bad_Name', '--name bad-name'],
    ['render -f one.yaml --byo --name a.b', 'lower-case letters, digits and dashes'],
    ['render mistral-7b --byo --replicas 100000', '1 to 1000'],
    ['render mistral-7b --byo --image Foo:', 'registry/name:tag'],
    ['init phi-4 -f one.yaml', '--out FILE'],
    ['plan one.yaml', '-f one.yaml'],
    ['plan ./somewhere', '-f ./somewhere'],
    ['delete one.yaml', '-f one.yaml'],
    ['plan -f one.yaml two', 'Give a model name or -f FILE, not both.'],
    ['render -f one.yaml two.yaml three', '-f one.yaml -f two.yaml -f three; or the directory'],
    ['delete chat one.yaml', '-f one.yaml'],
    ['delete Deployment/chat', 'Workspace/NAMESPACE/NAME'],
  ])('%s', async (args, says) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  it.each(['render --byo -f one.yaml three.yaml', 'render --byo three.yaml -f one.yaml', 'lint one.yaml three.yaml'])(
    '%s: what a shell makes of a pattern is files, all of them',
    async (args) => {
      const { code, stdout, stderr } = await run(`${args} -o name`)
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('/chat\n')
      expect(stdout).toContain('/more\n')
    },
  )

  it('an image with blanks, too, of a flag and of a file', async () => {
    const flag = await kaito(['render', 'mistral-7b', '--byo', '--image', 'FOO BAR'], { cwd: dir })
    expect(flag.code).toBe(2)
    const preset = 'preset: { name: mistral-7b-instruct, presetOptions: { image: "FOO BAR" } }'
    const stdin = workspace('chat').replace('preset: { name: mistral-7b-instruct }', preset)
    const file = await kaito(['lint', '-f', '-'], { stdin })
    expect(file.stdout).toMatch(/^<stdin>:5:\d+: error: .*\[wrong-form\]$/m)
  })

  it.each(['vllm/vllm-openai:v0.32.0', 'localhost:5000/a/b', `x.example/a@sha256:${'0'.repeat(64)}`, '[::1]:5000/a:b'])(
    'but not the image %s',
    async (image) => {
      expect((await run(`render mistral-7b --byo --image ${image}`)).stdout).toContain(image)
    },
  )
})

describe('a line that cannot be read', () => {
  const WRONG = [
    { args: 'render mistral-7b --nope -o json', says: "Unknown option '--nope'.", help: 'kaito render --help' },
    { args: 'status -o json --timeout soon', says: 'Expected a duration', help: 'kaito status --help' },
    { args: 'status --timeout soon --output=json', says: 'Expected a duration', help: 'kaito status --help' },
    { args: 'wait -qo json', says: 'No workspace given', help: 'kaito wait --help' },
    {
      args: 'render a b -ojson',
      says: 'Too many arguments: render takes one model, not a, b.',
      help: 'kaito render --help',
    },
    { args: 'nothing -o json', says: "Unknown command 'nothing'.", help: 'kaito --help' },
    { args: 'sandbox sideways -o json', says: "'sideways' is invalid", help: 'kaito sandbox --help' },
    { args: '-o json', says: 'No command given.', help: 'kaito --help' },
  ]

  it.each(WRONG)('is one JSON object with -o json: $args', async ({ args, says, help }) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const error = JSON.parse(stderr) as Record<string, string>
    expect(error).toMatchObject({ kind: 'Error', code: 'USAGE', exitCode: 2 })
    expect(error['message']).toContain(says)
    expect(error['hint']).toContain(help)
  })

  it('is one JSON object with KAITO_OUTPUT=json, too', async () => {
    const { stderr } = await run('render --nope', { KAITO_OUTPUT: 'json' })
    expect(JSON.parse(stderr)).toMatchObject({ code: 'USAGE' })
  })

  it.each(['', ' -o yaml', ' -o name'])('is text otherwise: "%s"', async (form) => {
    const { code, stderr } = await run(`render mistral-7b --nope${form}`)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^✗ Unknown option '--nope'\. \[USAGE\]\n +next +See: kaito render --help\n$/)
    const late = await run(`sandbox sideways${form}`)
    expect(late.code).toBe(2)
    expect(late.stderr).toContain("'sideways' is invalid")
  })
})

describe('--verbose', () => {
  it('says of each setting that is no default where it came from, and what it won over', async () => {
    const env = { KAITO_INSTANCE_TYPE: 'Standard_NC40ads_H100_v5', KAITO_CLOUD: 'azure', KAITO_REPLICAS: '3' }
    const args = 'render -f one.yaml --verbose --replicas 2 --api-key'
    const told = (await run(args, env)).stderr.split('\n').map((line) => line.replace(/^\S+Z +/, ''))
    expect(told).toContain('--replicas: 2, from the command line')
    expect(told).toContain('--api-key: true, from the command line')
    expect(told).toContain('--cloud: azure, from the environment')
    expect(told).toContain('--instance-type: Standard_NC40ads_H100_v5, from the environment')
    expect(told).toContain(
      '--instance-type: Standard_NC40ads_H100_v5, overrides Standard_NC24ads_A100_v4 in the file of chat',
    )
    expect(told.filter((line) => line.startsWith('--output'))).toEqual([])
    expect((await run(args.replace(' --verbose', ''), env)).stderr).not.toContain('from the')
  })
})

it.each(['constructor', 'toString', 'no-constructor', 'constructor.x'])(
  'a flag that no engine has is refused by its name, also where every object of JavaScript has it: %s',
  async (flag) => {
    const { code, stderr } = await run(`render mistral-7b --byo --engine-arg ${flag}=1`)
    expect(code).toBe(2)
    expect(stderr).toContain(`unknown flag --${flag}`)
  },
)

/** What is known to fail is told before a machine is paid for, where the input has it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { kaito } from './run.ts'

const input = (name: string): string => fileURLToPath(new URL(`../fixtures/workspaces/input/${name}`, import.meta.url))
const workspace = (more = '', annotations = ''): string =>
  `apiVersion: kaito.sh/v1beta1\nkind: Workspace\nmetadata:\n  name: shop\n${annotations}resource: { instanceType: Standard_NC24ads_A100_v4 }\ninference:\n  preset: { name: mistral-7b-instruct }\n${more}`

function folder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const MOUNT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: chat }
spec:
  template:
    spec:
      containers:
        - name: engine
          volumeMounts: [{ name: chat, mountPath: /etc/chat, readOnly: true }]
      volumes: [{ name: chat, configMap: { name: house } }]
`
const PUBLIC = 'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { type: LoadBalancer }\n'

describe('a chat template', () => {
  it('that lies in upstream’s image alone is refused at its line before any cluster is asked', async () => {
    const file = input('template-elsewhere.yaml')
    const { code, stdout } = await kaito(['lint', '-f', file])
    expect(code).toBe(2)
    expect(stdout).toMatch(
      /:8:7: error: vllm\.chat-template: .* neither in the engine's image nor mounted.*\[preflight-refused\]$/m,
    )
    for (const verb of ['render', 'plan', 'deploy']) {
      const refused = await kaito([verb, '-f', file])
      expect(refused.code).toBe(3)
      expect(refused.stderr).toMatch(/:8:7: error: vllm\.chat-template: /)
    }
  })

  it('of the house is there once it is mounted, and of no use with the tokenizer’s own mode', async () => {
    const dir = folder({ 'mount.yaml': MOUNT })
    const [bare, mounted] = await Promise.all(
      [[], ['--patch', 'mount.yaml']].map((more) =>
        kaito(['lint', '-f', input('template-of-the-house.yaml'), ...more], { cwd: dir }),
      ),
    )
    expect(bare?.code).toBe(2)
    expect(mounted).toMatchObject({ code: 0 })
    expect(mounted?.stdout).toMatch(
      /:15:7: warning: vllm\.chat-template: --chat-template has no effect with --tokenizer-mode=mistral/,
    )
    const patched = ['render', '-f', input('template-of-the-house.yaml'), '--patch', 'mount.yaml']
    expect((await kaito(patched, { cwd: dir })).stdout).toContain('--chat-template=/etc/chat/house.jinja')
  })
})

it('a served name with a blank in it is refused at its line', async () => {
  const config =
    '  config: names\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: names }\ndata:\n  inference_config.yaml: |\n    vllm:\n      served-model-name: gpt-4 house-chat\n'
  const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: workspace(config) })
  expect(code).toBe(2)
  expect(stdout).toMatch(/^<stdin>:16:7: error: vllm\.served-model-name: .*has a blank in it/m)
})

describe('a load balancer', () => {
  it('of the annotation is told with the way to one', async () => {
    const stdin = workspace('', '  annotations:\n    kaito.sh/enablelb: "True"\n')
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin })
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^<stdin>:6:24: warning: .*has no effect in kaito\. Make the Service a LoadBalancer by a patch, --patch FILE/m,
    )
  })

  it('of a patch is told to be open to all, unless a key or a range keeps them off', async () => {
    const ranged = PUBLIC.replace('LoadBalancer }', 'LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8] }')
    const dir = folder({ 'shop.yaml': workspace(), 'public.yaml': PUBLIC, 'ranged.yaml': ranged })
    const lint = async (...more: string[]) => (await kaito(['lint', '-f', 'shop.yaml', ...more], { cwd: dir })).stdout
    expect(await lint('--patch', 'public.yaml')).toContain('[open-to-all]')
    expect(await lint('--patch', 'public.yaml', '--api-key')).toBe('no problems in shop\n')
    expect(await lint('--patch', 'ranged.yaml')).toBe('no problems in shop\n')
  })
})

it('a folder of a repository: what is not kaito’s is named and skipped, a byte order mark and Windows’ line ends are no matter', async () => {
  const dir = folder({
    'chat.yaml': `\uFEFF${workspace().replaceAll('\n', '\r\n')}`,
    'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [chat.yaml]\n',
    'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ml }\n',
    'values.yaml': 'image:\n  tag: "1"\n',
  })
  const { code, stdout } = await kaito(['lint', '-f', '.'], { cwd: dir })
  expect(code).toBe(0)
  expect(stdout.match(/^\w+\.yaml.*\[skipped\]$/gm)).toHaveLength(3)
  expect(stdout).toContain('kubectl apply -f namespace.yaml')
  expect(stdout).toContain('kubectl kustomize FOLDER | kaito lint -f -')
})

it('GPUs of the machine that stay idle are told with their price', async () => {
  const stdin = workspace().replace('NC24ads', 'NC96ads')
  const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^<stdin>:5:27: warning: resource\.instanceType: 3 of 4 GPUs stay idle \(.*\$\d+\.\d\d per hour\): --replicas 4 uses them/m,
  )
})

describe('values of engine flags', () => {
  it('that the engine refuses at its start are told all at once, each at its line, and nothing that follows from one of them', async () => {
    const config = [
      'gpu-memory-utilization: 1.5',
      'max-num-seqs: 0',
      'enable-auto-tool-choice: true',
      'tool-call-parser: hermse',
      'quantization: nonsense',
      'speculative-config: "{nope"',
    ]
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cfg }\ndata:\n  inference_config.yaml: |\n    vllm:\n${config.map((line) => `      ${line}\n`).join('')}`
    const dir = folder({ 'shop.yaml': `${map}---\n${workspace('  config: cfg\n')}` })
    const { code, stdout } = await kaito(['lint', '-f', 'shop.yaml', '--cloud', 'azure'], { cwd: dir })
    expect(code).toBe(2)
    const told = [...stdout.matchAll(/:(\d+):7: error: vllm\.([\w-]+): /g)].map(([, line, flag]) => `${line} ${flag}`)
    expect(told).toEqual([
      '7 gpu-memory-utilization',
      '8 max-num-seqs',
      '10 tool-call-parser',
      '11 quantization',
      '12 speculative-config',
    ])
    expect(stdout).toContain('Did you mean hermes?')
  })
})

/** What `render` writes goes into git, and from there anywhere: it says where its pods run, and holds no place that nobody said. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kaito } from './run.ts'

const dir = mkdtempSync(join(tmpdir(), 'kaito-render-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const FILE = `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: chat }
resource:
  labelSelector: { matchLabels: { apps: chat, cloud.google.com/gke-accelerator: nvidia-l4 } }
inference: { preset: { name: mistral-7b-instruct }, config: params }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: params }
data:
  inference_config.yaml: |
    vllm: { max-num-seqs: 32 }
`

interface Rendered {
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: { template?: { spec: { nodeSelector?: Record<string, string> } } }
}

async function render(args: string) {
  const done = await kaito(['render', ...args.split(' ')], { cwd: dir })
  expect(done.code, done.stderr).toBe(0)
  const objects = parseAllDocuments(done.stdout).map((document) => document.toJS() as Rendered)
  const selector = objects.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec.nodeSelector
  const comment = done.stdout.split('\n').filter((line) => line.startsWith('#'))
  return { ...done, objects, selector, comment: comment.join('\n') }
}

beforeAll(() => {
  writeFileSync(join(dir, 'chat.yaml'), FILE)
  writeFileSync(join(dir, 'placed.yaml'), FILE.replace('{ name: chat }', '{ name: chat, namespace: models }'))
  writeFileSync(join(dir, 'public.yaml'), 'kind: Service\nspec: { type: LoadBalancer }\n')
  writeFileSync(
    join(dir, 'internal.yaml'),
    'kind: Service\nspec: { type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8] }\n',
  )
})

describe('one engine flag given twice', () => {
  const twice = (flags: string) => kaito(['render', 'mistral-7b', '--byo', ...flags.split(' ')])

  it('in two spellings is refused, with the two to choose from', async () => {
    const { code, stdout, stderr } = await twice('--engine-arg max-num-seqs=1 --engine-arg max_num_seqs=2')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('max_num_seqs and max-num-seqs are two spellings of one flag. [USAGE]')
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('--engine-arg max-num-seqs=1 or --engine-arg max_num_seqs=2')
  })

  it('as the context length beside --max-model-len is refused, unless both say the same', async () => {
    const { code, stderr } = await twice('--max-model-len 1024 --engine-arg max_model_len=2048')
    expect(code).toBe(2)
    expect(stderr).toContain('The context length is given twice: 1024 and 2048. [USAGE]')
    expect((await twice('--max-model-len 1024 --engine-arg max-model-len=1024')).code).toBe(0)
  })
})

describe('the namespace', () => {
  it('that nobody said stands on no object, and in no selector', async () => {
    const { objects, selector } = await render('-f chat.yaml --cloud azure')
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'ServiceAccount', 'Service', 'Deployment'])
    expect(objects.flatMap(({ metadata }) => metadata.namespace ?? [])).toEqual([])
    expect(selector).toEqual({ 'kaito.sh/workspace': 'chat' })
  })

  it.each([
    ['by a flag', '-f chat.yaml --cloud azure -n models'],
    ['by the file', '-f placed.yaml --cloud azure'],
  ])('that was said %s stands on each, companions too', async (_, args) => {
    const { objects, selector } = await render(args)
    expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['models', 'models', 'models', 'models'])
    expect(selector).toEqual({ 'kaito.sh/workspace': 'chat', 'kaito.sh/workspacenamespace': 'models' })
  })
})

describe('the comment on top', () => {
  it('says version, model, machine, what nodes must carry, and one line that makes them', async () => {
    const { comment, stdout } = await render('mistral-7b --cloud azure')
    expect(stdout).toMatch(/^# Rendered by kaito \d+\.\d+\.\d+/)
    expect(comment).toContain('model mistral-7b-instruct (mistralai/Mistral-7B-Instruct-v0.3), vllm 0.32.0, on 1 × ')
    expect(comment).toContain('Nodes must carry the labels: kaito.sh/workspace=mistral-7b')
    expect(comment).toMatch(
      /az aks nodepool add .* --node-vm-size \S+ --node-count 1 .* --labels kaito\.sh\/workspace=mistral-7b --node-taints sku=gpu:NoSchedule$/m,
    )
  })

  it('stands in YAML alone: JSON is the List that kubectl takes', async () => {
    expect((await render('mistral-7b --byo -o yaml')).stdout).toMatch(/^# Rendered by kaito/)
    expect(JSON.parse((await render('mistral-7b --byo -o json')).stdout)).toMatchObject({ kind: 'List' })
  })
})

describe("the file's own selector", () => {
  it('is what finds the nodes where kaito makes none: one label more, and GKE Autopilot refuses the pod', async () => {
    const own = { apps: 'chat', 'cloud.google.com/gke-accelerator': 'nvidia-l4' }
    const made = await render('-f chat.yaml --cloud gcp')
    expect(made.selector).toEqual(own)
    expect(made.comment).toContain('gcloud container node-pools create')
    expect(made.comment).toMatch(/ --node-labels apps=chat$/m)
    const byo = await render('-f chat.yaml --cloud gcp --byo')
    expect(byo.selector).toEqual(own)
    expect(byo.comment).toContain('1 x L4')
  })

  it('is told where a pool of the workspace cannot carry it', async () => {
    const { stderr, comment } = await render('-f chat.yaml --cloud azure')
    for (const said of [stderr, comment])
      expect(said).toContain('cloud.google.com/gke-accelerator is set by the cluster')
  })
})

describe('an endpoint that is reached from outside', () => {
  const open = 'whoever reaches its address can use the model'
  it('without a key is told', async () => {
    expect((await render('mistral-7b --byo --patch public.yaml')).stderr).toContain(open)
  })

  it.each(['--patch public.yaml --api-key', '--patch internal.yaml'])('is not with %s', async (flags) => {
    expect((await render(`mistral-7b --byo ${flags}`)).stderr).not.toContain(open)
  })
})

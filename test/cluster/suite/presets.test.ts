/** Every preset: accepted by a real API server under PodSecurity "restricted", its flags by the real vLLM parser. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace } from './bed.ts'
import { kaito } from './kaito.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PRESETS = readdirSync(join(ROOT, 'presets/models')).map((file) => file.replace(/\.yaml$/, ''))

interface Rendered {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace: string }
  spec: { template: { spec: { containers: { args: string[] }[] } & Record<string, unknown>; metadata: object } }
}

async function render(preset: string, namespace: string): Promise<Rendered[]> {
  const run = await kaito(['render', preset, '--cloud', 'azure', '--network-policy', '-n', namespace, '-o', 'json'])
  expect(run.code, run.stderr).toBe(0)
  return (JSON.parse(run.stdout) as { items: Rendered[] }).items
}

const COLLECTIONS: Record<string, string> = {
  Deployment: 'apis/apps/v1/namespaces/NS/deployments',
  Service: 'api/v1/namespaces/NS/services',
  ServiceAccount: 'api/v1/namespaces/NS/serviceaccounts',
  NetworkPolicy: 'apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  PodDisruptionBudget: 'apis/policy/v1/namespaces/NS/poddisruptionbudgets',
}

it('the catalogue lists exactly the flags that the real parser has', () => {
  const shipped = readFileSync(join(ROOT, 'presets/engines/vllm-0.32.0.json'), 'utf8')
  const script = join(ROOT, 'test/cluster/engine/list-flags.py')
  expect(execFileSync(join(ROOT, '.bed/venv/bin/python'), [script], { encoding: 'utf8' })).toBe(shipped)
})

function askParser(argvs: readonly (readonly string[] | undefined)[]): { ok: boolean; error?: string }[] {
  const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'argv.json')
  writeFileSync(file, JSON.stringify(argvs))
  const script = join(ROOT, 'test/cluster/engine/check-args.py')
  const out = execFileSync(join(ROOT, '.bed/venv/bin/python'), [script, file], { encoding: 'utf8' })
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { ok: boolean; error?: string })
}

describe('the shipped presets', () => {
  let namespace = ''
  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
  })
  afterAll(() => deleteNamespace(namespace))

  it.each(PRESETS)('%s passes a server-side dry run, pod included, under PodSecurity restricted', async (preset) => {
    const objects = await render(preset, namespace)
    const answers = await Promise.all(
      objects.map((object) => {
        const path = COLLECTIONS[object.kind]?.replace('NS', namespace)
        return api('POST', `/${path}?dryRun=All&fieldValidation=Strict`, object)
      }),
    )
    expect(answers.map(({ status, body }) => (status === 201 ? 201 : body))).toEqual(objects.map(() => 201))
    // PodSecurity only warns for a Deployment and refuses the Pod: so ask about the Pod as well.
    const deployment = objects.find(({ kind }) => kind === 'Deployment')
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', namespace },
      spec: { ...deployment?.spec.template.spec, serviceAccountName: 'default' },
    }
    expect(await api('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)).toMatchObject({ status: 201 })
  })

  it("the real vLLM argument parser accepts every preset's arguments", async () => {
    const argvs = await Promise.all(
      PRESETS.map(
        async (preset) =>
          (await render(preset, namespace)).find((o) => o.kind === 'Deployment')?.spec.template.spec.containers[0]
            ?.args,
      ),
    )
    const wrong = [...(argvs[0] ?? []), '--no-such-flag=1']
    const verdicts = askParser([...argvs, wrong])
    expect(verdicts.slice(0, -1).map((v, i) => ({ preset: PRESETS[i], ...v }))).toEqual(
      PRESETS.map((preset) => ({ preset, ok: true, served: [expect.any(String)] })),
    )
    // The parser does look: one unknown flag is refused.
    expect(verdicts.at(-1)).toMatchObject({ ok: false, error: expect.stringContaining('--no-such-flag') })
  })
})

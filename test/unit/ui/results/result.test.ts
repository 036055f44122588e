import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Result } from '#core/results.ts'
import { formatResults } from '#ui/results/result.ts'
import { changes, colorLook, deployResult, endpoint, plainLook, planResult, target, workspace } from '../samples.ts'

const text = (...results: Result[]) => formatResults(results, 'text', plainLook)
const names = (result: Result) => formatResults([result], 'name', plainLook)

describe('text', () => {
  it('a plan', () => {
    expect(text(planResult)).toBe(`Plan for mistral-7b
  target   context demo, namespace default, azure (sub-1/rg-1/aks-1)
  model    mistral-7b-instruct, mistralai/Mistral-7B-Instruct-v0.3, revision 01234567
  engine   vllm 0.32.0, vllm/vllm-openai:v0.32.0
  runs as  1 replica of 1 GPU (A100 80GB), bfloat16
  context  32,768 tokens (the model's own limit), enough memory for 14 concurrent requests of that length
  nodes    node pool kmistral7b (to be created): 1 × Standard_NC24ads_A100_v4
  price    $3.67 per hour, $88 per day, $2,681 per month (on demand, eastus, 2026-01-15)
  update   the old pod ends before the new one starts
  start    about 7 min for the node, then about 4 min; kaito gives up after 30 min

Memory per GPU, GiB
  visible   79.25
  budget    71.33
  weights   13.50
  kv-cache  55.10  451,379 tokens

Objects
  unchanged  Service/mistral-7b
  change     Deployment/mistral-7b
`)
  })

  it('a plan with room for one request says so of one', () => {
    const sizing = { ...planResult.plan.sizing, maxConcurrency: 1.04 }
    expect(text({ ...planResult, plan: { ...planResult.plan, sizing } })).toContain(
      'enough memory for 1 concurrent request of that length',
    )
  })

  it('a plan, explained', () => {
    const explained = formatResults([planResult], 'text', { ...plainLook, explain: true })
    expect(explained).toContain(`Memory per GPU, GiB
  visible   79.25  what the driver shows
  budget    71.33  79.25 × 0.9
  weights   13.50  7.2 B × 2 bytes
  kv-cache  55.10  what is left

Start-up
  image pull       2 min  10 GiB at 85 MiB/s
  weights     2 min 20 s  13.5 GiB at 100 MiB/s
`)
  })

  it('a deploy, with what could not be verified', () => {
    expect(text(deployResult)).toBe(`! mistral-7b is deployed; not verified: service (6 min 12 s)
  ! service  not verified: not allowed to use services/proxy
  url      http://mistral-7b.default.svc/v1 (inside the cluster)
  model    mistral-7b-instruct-v0.3
  nodes    1 × Standard_NC24ads_A100_v4 (node pool kmistral7b, created)
  price    $3.67 per hour, $88 per day, $2,681 per month
  objects  1 unchanged, 1 configured; revision 3
  ask it   kaito chat mistral-7b -n default -p 'Hello'
  open it  kaito endpoint mistral-7b -n default --forward
  remove   kaito delete mistral-7b -n default
`)
  })

  it('a deploy with everything that changes is ten lines', () => {
    const settings = [{ setting: 'replicas', from: '1', to: '2' }]
    const verifications = deployResult.verifications.slice(0, 2)
    const pool = { name: 'kmistral7b', change: 'scaled', nodes: { from: 1, to: 2 } } as const
    const lines = text({ ...deployResult, settings, verifications, pool })
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[0]).toBe('✓ mistral-7b answers: 1/1 replicas verified in 6 min 12 s')
  })

  it('a deploy that changed nothing is one line', () => {
    const same = deployResult.changes.map((each) => ({ ...each, change: 'unchanged' as const }))
    const pool = { name: 'kmistral7b', change: 'unchanged' } as const
    const verifications = deployResult.verifications.slice(0, 2)
    expect(text({ ...deployResult, changes: same, pool, verifications })).toBe(
      '✓ mistral-7b answers, unchanged: 1/1 replicas verified in 6 min 12 s\n',
    )
  })

  it('a deploy with each object and each check, with --verbose', () => {
    const shown = formatResults([deployResult], 'text', { ...plainLook, isVerbose: true })
    expect(shown).toContain(`
Objects
  unchanged   Service/mistral-7b
  configured  Deployment/mistral-7b

Checks
  ✓ replicas    1 Ready
  ✓ completion  answered in 210 ms
  ! service     not verified: not allowed to use services/proxy
`)
  })

  it('a diff', () => {
    const pool = { name: 'kmistral7b', change: 'created' } as const
    expect(text({ kind: 'Diff', workspace: 'mistral-7b', hasChanges: true, pool, changes })).toBe(
      `# NodePool/kmistral7b would be created
# Deployment/mistral-7b would be configured
--- live
+++ wanted
@@ -1 +1 @@
-  replicas: 1
+  replicas: 2
   paused: false
`,
    )
  })

  it('a diff without a difference', () => {
    const pool = { name: 'kmistral7b', change: 'unchanged' } as const
    expect(text({ kind: 'Diff', workspace: 'mistral-7b', hasChanges: false, pool, changes: changes.slice(0, 1) })).toBe(
      'mistral-7b: no changes, 1 object compared\n',
    )
  })

  it('one workspace', () => {
    expect(
      text({ kind: 'Status', target, workspaces: [workspace] }),
    ).toBe(`mistral-7b is Ready: 1 of 1 replicas are ready
  namespace  default
  model      mistral-7b-instruct-v0.3
  replicas   1/1 ready
  machine    Standard_NC24ads_A100_v4
  price      $3.67 per hour, $88 per day, $2,681 per month
  revision   3
  age        2h

Objects
  Current  Deployment/mistral-7b  1 of 1 replicas are ready

Nodes
  Ready  aks-kmistral7b-0  1 GPU
`)
  })

  it('several workspaces, within 80 columns', () => {
    const broken = { ...workspace, workspace: 'phi-4', phase: 'Failed', message: 'the engine keeps crashing' } as const
    const shown = text({ kind: 'Status', target, workspaces: [workspace, broken] })
    expect(shown).toBe(`NAMESPACE  NAME        STATUS  READY  MODEL                     USD/H  AGE
default    mistral-7b  Ready   1/1    mistral-7b-instruct-v0.3   3.67   2h
default    phi-4       Failed  1/1    mistral-7b-instruct-v0.3   3.67   2h

default/phi-4: the engine keeps crashing
`)
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('no workspace', () => {
    expect(text({ kind: 'Status', target, workspaces: [] })).toBe(
      'No workspaces (context demo, namespace default, azure (sub-1/rg-1/aks-1)).\n',
    )
  })

  it('a delete, with what was kept', () => {
    const gone = changes.map(({ ref }, index) => ({ ref, change: index === 0 ? 'kept' : 'deleted' }) as const)
    const pool = { name: 'kmistral7b', change: 'deleted' } as const
    expect(text({ kind: 'Delete', target, workspace: 'mistral-7b', pool, changes: gone, elapsedMs: 4_210 })).toBe(
      `✓ mistral-7b is deleted in 4.2 s
  nodes    node pool kmistral7b is gone; the cloud confirms it
  objects  1 deleted, 1 kept
  kept     Service/mistral-7b
`,
    )
  })

  it('a delete of nothing', () => {
    expect(text({ kind: 'Delete', target, workspace: 'x', pool: undefined, changes: [], elapsedMs: 1 })).toBe(
      'Nothing to delete: there is no workspace x (context demo, namespace default, azure (sub-1/rg-1/aks-1)).\n',
    )
  })

  it('an endpoint', () => {
    expect(text({ kind: 'Endpoint', endpoint })).toBe(`Endpoint of mistral-7b
  url        http://mistral-7b.default.svc/v1 (inside the cluster)
  model      mistral-7b-instruct-v0.3
  namespace  default

Ask it something
  kaito chat mistral-7b -n default -p 'Hello'

Open it for curl and OpenAI clients, until Ctrl-C
  kaito endpoint mistral-7b -n default --forward
and in another terminal
  curl http://127.0.0.1:8000/v1/models
`)
  })

  it('lint without a finding', () => {
    expect(text({ kind: 'Lint', files: [], problems: [], workspaces: ['mistral-7b'] })).toBe(
      'no problems in mistral-7b\n',
    )
  })

  it('colours only a terminal', () => {
    expect(formatResults([deployResult], 'text', colorLook)).toContain('\u001B[33m!\u001B[39m')
    expect(text(deployResult)).not.toContain('\u001B')
  })

  it('several results, one after the other', () => {
    expect(text({ kind: 'Endpoint', endpoint }, { kind: 'Endpoint', endpoint }).split('Endpoint of')).toHaveLength(3)
  })
})

describe('machines', () => {
  it('JSON of one result stands alone under a schema', () => {
    const value = JSON.parse(formatResults([deployResult], 'json', plainLook)) as Record<string, unknown>
    expect(value).toMatchObject({ apiVersion: 'kaito.sh/cli/v1', kind: 'Deploy', revision: 3, endpoint })
  })

  it('JSON of several is a List, and of none too', () => {
    const many = JSON.parse(formatResults([planResult, planResult], 'json', plainLook)) as { items: unknown[] }
    expect(many).toMatchObject({ apiVersion: 'kaito.sh/cli/v1', kind: 'List' })
    expect(many.items).toHaveLength(2)
    expect(JSON.parse(formatResults([], 'json', plainLook))).toMatchObject({ kind: 'List', items: [] })
  })

  it('YAML says the same as JSON', () => {
    const yaml = parse(formatResults([deployResult], 'yaml', plainLook)) as unknown
    expect(yaml).toEqual(JSON.parse(formatResults([deployResult], 'json', plainLook)))
  })

  it('names are one per line', () => {
    expect(names(planResult)).toBe('NodePool/kmistral7b\nService/mistral-7b\nDeployment/mistral-7b\n')
    expect(names({ kind: 'Endpoint', endpoint })).toBe('http://mistral-7b.default.svc/v1\n')
    expect(names({ kind: 'Status', target, workspaces: [workspace] })).toBe('Workspace/mistral-7b\n')
    const pool = { name: '', change: 'existing' } as const
    expect(names({ kind: 'Diff', workspace: 'x', hasChanges: true, pool, changes })).toBe('Deployment/mistral-7b\n')
    expect(names({ kind: 'Diff', workspace: 'x', hasChanges: false, pool, changes: [] })).toBe('')
  })
})

describe('secrets', () => {
  const leaking: Result = {
    ...deployResult,
    endpoint: { ...endpoint, curlCommand: 'curl -H "Authorization: Bearer abcdefgh12345678"' },
  }

  it.each(['text', 'json', 'yaml'] as const)('do not pass in %s', (output) => {
    expect(formatResults([leaking], output, plainLook)).not.toContain('abcdefgh12345678')
  })

  it('stay in manifests, which would break without them', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { HF_TOKEN: 'hf_abcdefghijklmnop' },
    }
    expect(formatResults([{ kind: 'Render', objects: [secret], notes: [] }], 'text', plainLook)).toContain(
      'hf_abcdefghijklmnop',
    )
  })
})

/** What render writes goes by git and kubectl to a node that somebody made by hand, with nothing to go by but the comment on top. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KAITO, type Run, runProgram } from '../../support/run-kaito.ts'
import { BINARIES, KUBECONFIG } from '../starter/places.ts'
import { api, cloudPools, createNamespace, deleteNamespace, eventually, inventory } from './bed.ts'

const folder = mkdtempSync(join(tmpdir(), 'kaito-render-'))
const OWN_LABELS = `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: mistral-7b }
resource: { labelSelector: { matchLabels: { apps: chat } } }
inference: { preset: { name: mistral-7b-instruct } }
`

/** As somebody types it in that folder. */
function shell(line: string): Promise<Run> {
  const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`
  return runProgram(['sh', '-c', line], { ...process.env, PATH, KUBECONFIG }, { cwd: folder })
}

interface Taint {
  key: string
  value?: string
  effect: string
}

/** What the comment says that nodes carry, and that pods tolerate on them. */
function readComment(): { labels: Record<string, string>; taints: Taint[] } {
  const text = readFileSync(join(folder, 'rendered.yaml'), 'utf8')
  const named = (words: string): string[] => new RegExp(`^# ${words}: (.*)$`, 'm').exec(text)?.[1]?.split(', ') ?? []
  const taints = named('Pods tolerate the taints').map((taint) => {
    const [, key = '', value, effect = ''] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(taint) ?? []
    return { key, effect, ...(value === undefined ? {} : { value }) }
  })
  const labels = named('Nodes must carry the labels').map((label) => label.split('=') as [string, string])
  return { labels: Object.fromEntries(labels), taints }
}

async function makeNode(name: string): Promise<void> {
  const { labels, taints } = readComment()
  const resources = { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' }
  const made = await api('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    // Each kubelet labels its node with the name.
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { ...labels, 'kubernetes.io/hostname': name },
    },
    spec: { taints },
    status: { capacity: resources, allocatable: resources },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
}

beforeAll(() => {
  mkdirSync(join(folder, 'bin'))
  symlinkSync(BINARIES.kubectl, join(folder, 'bin/kubectl'))
  writeFileSync(join(folder, 'bin/kaito'), `#!/bin/sh\nexec '${process.execPath}' '${KAITO}' "$@"\n`, { mode: 0o755 })
  writeFileSync(join(folder, 'own.yaml'), OWN_LABELS)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Pod {
  spec: { nodeName?: string; nodeSelector: Record<string, string> }
}

describe.each([
  { what: 'a model by its name', args: 'mistral-7b --cloud azure', own: {} },
  { what: 'a file with labels of its own', args: '-f own.yaml --byo', own: { apps: 'chat' } },
])('$what: kaito render | kubectl apply', ({ args, own }) => {
  let namespace = ''
  let node = ''
  let before: { objects: string[]; pools: string[] }
  const seen = async () => ({ objects: Object.keys(await inventory(namespace)), pools: await cloudPools() })
  const pods = async (): Promise<Pod[]> =>
    (await api<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).body.items

  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    node = `by-hand-${namespace}`
    before = await seen()
  })
  afterAll(async () => {
    await api('DELETE', `/api/v1/nodes/${node}`)
    await deleteNamespace(namespace)
  })

  it('is taken, and the namespace that was said holds against another one', async () => {
    const applied = await shell(`kaito render ${args} -n ${namespace} | tee rendered.yaml | kubectl apply -f -`)
    expect(applied.code, applied.stderr).toBe(0)
    expect(applied.stdout.trim().split('\n').sort()).toEqual([
      'deployment.apps/mistral-7b created',
      'service/mistral-7b created',
      'serviceaccount/mistral-7b created',
    ])
    const elsewhere = await shell('kubectl apply -n default -f rendered.yaml')
    expect(elsewhere.code).not.toBe(0)
    expect(elsewhere.stderr).toContain('does not match the namespace')
  })

  it('one that nobody said is kubectl’s to say', async () => {
    const again = await shell(`kaito render ${args} | kubectl apply --dry-run=server -n ${namespace} -f -`)
    expect(again.code, again.stderr).toBe(0)
  })

  it('serves on a node that carries what the comment says, and on no other', async () => {
    await eventually(async () => (await pods()).length === 1, 'its pod is there')
    expect(readComment().labels).toMatchObject(own)
    expect((await pods()).map(({ spec }) => spec.nodeSelector)).toEqual([readComment().labels])
    await makeNode(node)
    const rolled = await shell(`kubectl rollout status deployment/mistral-7b -n ${namespace} --timeout=120s`)
    expect(rolled.code, rolled.stderr).toBe(0)
    expect((await pods()).map(({ spec }) => spec.nodeName)).toEqual([node])
    const models = await api('GET', `/api/v1/namespaces/${namespace}/services/mistral-7b:80/proxy/v1/models`)
    expect(JSON.stringify(models.body)).toContain('mistral-7b-instruct')
  })

  it('kubectl delete by the same file leaves nothing', async () => {
    const gone = await shell('kubectl delete -f rendered.yaml --timeout=60s')
    expect(gone.code, gone.stderr).toBe(0)
    const isAsBefore = async () => JSON.stringify(await seen()) === JSON.stringify(before)
    await eventually(isAsBefore, 'what hung on them is gone, too', 60_000)
  })
})

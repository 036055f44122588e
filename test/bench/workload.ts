/** What is measured on: a workspace of 12 objects, the same objects as manifests and as a chart, and a crowd of 500. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { api } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

const NODE = 'node-of-the-bench'
export const NAME = 'mistral-7b'

export interface Workload {
  /** The workspace with its own ConfigMaps beside it. */
  workspace: string
  /** `kaito render` of it. */
  manifests: string
  /** Folder of a chart that makes the same objects. */
  chart: string
  objects: number
}

/** Three objects of a workspace, and so many ConfigMaps that the user keeps beside it. */
export async function writeWorkload(companions: number): Promise<Workload> {
  const folder = mkdtempSync(join(tmpdir(), 'kaito-bench-'))
  const workspace = join(folder, 'workspace.yaml')
  const beside = Array.from({ length: companions }, (_, index) => [
    '---',
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    `  name: beside-${index}`,
    'data:',
    '  key: value',
  ])
  const own = [
    'apiVersion: kaito.sh/v1beta1',
    'kind: Workspace',
    'metadata:',
    `  name: ${NAME}`,
    'inference:',
    '  preset:',
    '    name: mistral-7b-instruct',
  ]
  writeFileSync(workspace, `${[...own, ...beside.flat()].join('\n')}\n`)
  const rendered = await kaito(['render', '-f', workspace, '--byo'])
  if (rendered.code !== 0) throw new Error(rendered.stderr)
  const manifests = join(folder, 'manifests.yaml')
  // kubectl is told the namespace by its flag.
  writeFileSync(manifests, rendered.stdout.replaceAll(/^ +namespace: default\n/gm, ''))
  return {
    workspace,
    manifests,
    chart: writeChart(folder, rendered.stdout),
    objects: parseAllDocuments(rendered.stdout).filter((doc) => doc.toJS() !== null).length,
  }
}

/** The name, the labels' values and the number of replicas come from the release and from values, as in a chart they would. */
function writeChart(folder: string, manifests: string): string {
  const chart = join(folder, 'chart')
  mkdirSync(join(chart, 'templates'), { recursive: true })
  writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${NAME}\nversion: 0.1.0\n`)
  writeFileSync(join(chart, 'values.yaml'), 'replicas: 1\n')
  const templated = manifests
    .replaceAll('{{', "{{ '{{' }}")
    .replaceAll(NAME, '{{ .Release.Name }}')
    .replace(/replicas: \d+/, 'replicas: {{ .Values.replicas }}')
  for (const [index, text] of templated.split(/^---$/m).entries())
    writeFileSync(join(chart, 'templates', `object-${index}.yaml`), text)
  return chart
}

/** A node with room for everything. */
export async function addNode(): Promise<void> {
  const resources = { cpu: '9000', memory: '90Ti', 'ephemeral-storage': '190Ti', pods: '900', 'nvidia.com/gpu': '900' }
  const labels = {
    'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
    'nvidia.com/gpu.memory': '81920',
    'nvidia.com/gpu.count': '900',
    'nvidia.com/gpu.compute.major': '8',
    'nvidia.com/gpu.compute.minor': '0',
  }
  await api('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels },
    status: { capacity: resources, allocatable: resources },
  })
}

export async function removeNode(): Promise<void> {
  await api('DELETE', `/api/v1/nodes/${NODE}`)
}

/** Copies of one deployed workspace under other names. The controllers make their ReplicaSets and pods. */
export async function multiply(namespace: string, times: number): Promise<void> {
  const paths = ['v1/configmaps', 'v1/services', 'apps/v1/deployments'].map((path) => {
    const [plural, ...group] = path.split('/').reverse()
    const base = group.length === 2 ? `/apis/${group.reverse().join('/')}` : '/api/v1'
    return `${base}/namespaces/${namespace}/${plural}`
  })
  const selector = encodeURIComponent(`kaito.sh/workspace=${NAME}`)
  for (const path of paths) {
    const { body } = await api<{ items: object[]; kind: string; apiVersion: string }>(
      'GET',
      `${path}?labelSelector=${selector}`,
    )
    const kind = body.kind.replace(/List$/, '')
    for (let index = 1; index < times; index += 1)
      for (const item of body.items) {
        const copy = JSON.parse(JSON.stringify(item).replaceAll(NAME, `${NAME}-${index}`)) as {
          metadata: Record<string, unknown>
          spec?: Record<string, unknown>
        }
        for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'ownerReferences'])
          delete copy.metadata[field]
        for (const field of ['clusterIP', 'clusterIPs']) delete copy.spec?.[field]
        const made = await api('POST', path, { ...copy, kind, apiVersion: body.apiVersion })
        if (made.status !== 201) throw new Error(`${path}: ${JSON.stringify(made.body)}`)
      }
  }
}

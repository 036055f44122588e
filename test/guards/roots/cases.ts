/** Workspaces as 0.1.0 was told to make them, and the same said again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Case {
  /** How it was made, one deploy after the other. */
  made: string[]
  /** What says the same again. */
  again: string[]
}

const FULL_BY_NAME =
  'qwen2.5-coder-7b-instruct --name full --instance-type Standard_NC24ads_A100_v4 --replicas 2 --api-key --network-policy --image registry.example.com/vllm/vllm-openai:v0.32.0 --max-model-len 8192 --engine-arg max-num-seqs=64'

const FILES: Readonly<Record<string, string>> = {
  'plain.yaml': `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: plain
inference:
  preset:
    name: mistral-7b-instruct
`,
  'named.yaml': `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: mistral-7b
inference:
  preset:
    name: mistral-7b-instruct
`,
  'alpha.yaml': `apiVersion: kaito.sh/v1alpha1
kind: Workspace
metadata:
  name: alpha
spec:
  resource:
    instanceType: Standard_NC24ads_A100_v4
    count: 1
  inference:
    preset:
      name: phi-4
`,
  'full.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: full-config
data:
  inference_config.yaml: |
    vllm:
      max-model-len: 8192
      max-num-seqs: 64
---
apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: full
  labels:
    team: research
  annotations:
    kaito.sh/network-policy: "true"
resource:
  instanceType: Standard_NC24ads_A100_v4
inference:
  preset:
    name: qwen2.5-coder-7b-instruct
    presetOptions:
      image: registry.example.com/vllm/vllm-openai:v0.32.0
  config: full-config
`,
  'own.yaml': `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: own
resource:
  labelSelector:
    matchLabels:
      owner: me
inference:
  preset:
    name: mistral-7b-instruct
`,
  'patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    team.example.com/owner: research
spec:
  template:
    spec:
      priorityClassName: high
`,
}

const once = (args: string): Case => ({ made: [args], again: [args] })

/** By the name of the workspace. */
export const CASES: Readonly<Record<string, Case>> = {
  'mistral-7b': { made: ['mistral-7b'], again: ['mistral-7b', '-f named.yaml'] },
  twice: {
    made: ['mistral-7b --name twice --max-model-len 4096', 'mistral-7b --name twice'],
    again: ['mistral-7b --name twice'],
  },
  flags: once('phi-4-mini-instruct --name flags --replicas 2 --max-model-len 8192 --engine-arg max-num-seqs=64'),
  fenced: once('mistral-7b --name fenced --network-policy --image registry.example.com/vllm/vllm-openai:v0.32.0'),
  keyed: {
    made: ['mistral-7b --name keyed --api-key'],
    again: ['mistral-7b --name keyed --api-key', 'mistral-7b --name keyed'],
  },
  patched: once('mistral-7b --name patched --patch patch.yaml'),
  plain: { made: ['-f plain.yaml'], again: ['-f plain.yaml', 'mistral-7b --name plain'] },
  alpha: {
    made: ['-f alpha.yaml'],
    again: ['-f alpha.yaml', 'phi-4 --name alpha --instance-type Standard_NC24ads_A100_v4'],
  },
  full: {
    made: ['-f full.yaml --replicas 2 --api-key'],
    again: ['-f full.yaml --replicas 2 --api-key', FULL_BY_NAME],
  },
  own: once('-f own.yaml --byo'),
}

/** A GPU node of one's own, which `own.yaml` names. */
export const OWN_NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'my-gpu-node',
    labels: {
      'kubernetes.io/hostname': 'my-gpu-node',
      owner: 'me',
      'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
      'nvidia.com/gpu.memory': '81920',
      'nvidia.com/gpu.count': '1',
      'nvidia.com/gpu.compute.major': '8',
      'nvidia.com/gpu.compute.minor': '0',
    },
  },
  status: {
    capacity: { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' },
    allocatable: { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' },
  },
}

/** With the files in this folder. */
export function deployArgs(said: string, folder: string): string[] {
  const args = said.split(' ').map((arg) => (arg in FILES ? join(folder, arg) : arg))
  return ['deploy', ...args, '--yes', '-o', 'json']
}

export function writeFiles(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
}

/** One small deployment in every form that the formatters take. */
import type { Plan } from '#core/plan/types.ts'
import type { DeployResult, Endpoint, ObjectChange, PlanResult, Target } from '#core/results.ts'
import type { WorkspaceStatus } from '#core/status/workspace-status.ts'
import { createRedactor } from '#ui/text/redact.ts'

export const plainLook = { stream: { isTTY: false }, env: {}, redact: createRedactor({}), color: true }
export const colorLook = { stream: { isTTY: true }, env: {}, redact: createRedactor({}), color: true }

export const target: Target = {
  context: 'demo',
  server: 'https://demo.example:443',
  namespace: 'default',
  cloud: 'azure',
  account: 'sub-1/rg-1/aks-1',
  isOffline: false,
}

const plan: Plan = {
  workspace: {
    apiVersion: 'kaito.sh/v1beta1',
    name: 'mistral-7b',
    labels: {},
    annotations: {},
    resource: { labelSelector: {}, preferredNodes: [] },
  },
  objectName: 'mistral-7b',
  namespace: 'default',
  model: {
    name: 'mistral-7b-instruct',
    aliases: ['mistral-7b'],
    family: 'mistral',
    description: 'Mistral 7B Instruct',
    modelId: 'mistralai/Mistral-7B-Instruct-v0.3',
    revision: '0123456789abcdef0123456789abcdef01234567',
    license: 'apache-2.0',
    gated: false,
    servedModelName: 'mistral-7b-instruct-v0.3',
    parametersB: 7.2,
    dtype: 'bfloat16',
    weightsGiB: 13.5,
    maxContext: 32_768,
    attention: {
      kind: 'gqa',
      layers: 32,
      hiddenSize: 4096,
      heads: 32,
      kvHeads: 8,
      headDim: 128,
      ffnSize: 14_336,
      vocabSize: 32_768,
    },
    chat: true,
    sources: ['https://example.com'],
  },
  image: {
    engine: 'vllm',
    version: '0.32.0',
    image: 'vllm/vllm-openai:v0.32.0',
    reference: 'vllm/vllm-openai:v0.32.0',
    cuda: '12.9',
    minComputeCapability: 7,
    runAsUser: 1000,
    runAsGroup: 1000,
    home: '/tmp',
    pullGiB: 10,
    diskGiB: 25,
    sources: ['https://example.com'],
  },
  replicas: 1,
  sizing: {
    gpu: { model: 'A100 80GB', perNode: 1, visibleGiB: 79.25, computeCapability: 8 },
    instanceType: 'Standard_NC24ads_A100_v4',
    tensorParallelSize: 1,
    dtype: 'bfloat16',
    gpuMemoryUtilization: 0.9,
    maxModelLen: 32_768,
    maxModelLenFrom: 'model',
    memory: [
      { term: 'visible', gib: 79.25, formula: 'what the driver shows' },
      { term: 'budget', gib: 71.33, formula: '79.25 × 0.9' },
      { term: 'weights', gib: 13.5, formula: '7.2 B × 2 bytes' },
      { term: 'kv-cache', gib: 55.1, formula: 'what is left' },
    ],
    kvBytesPerToken: 131_072,
    kvPoolTokens: 451_379,
    maxConcurrency: 13.77,
  },
  chosen: {
    tensorParallelSize: 1,
    gpuMemoryUtilization: 0.9,
    maxModelLen: 32_768,
    maxModelLenFrom: 'model',
    for: {
      modelId: 'mistralai/Mistral-7B-Instruct-v0.3',
      image: 'vllm/vllm-openai:v0.32.0',
      machine: 'Standard_NC24ads_A100_v4',
      flags: {},
    },
  },
  startup: {
    terms: [
      { step: 'image pull', seconds: 120, formula: '10 GiB at 85 MiB/s' },
      { step: 'weights', seconds: 140, formula: '13.5 GiB at 100 MiB/s' },
    ],
    seconds: 260,
    budgetSeconds: 1_800,
  },
  tolerations: [],
  pool: {
    mode: 'create',
    nodeSelector: { 'kaito.sh/workspace': 'mistral-7b' },
    cloud: 'azure',
    usualSeconds: { ready: 284, gpus: 126 },
    request: {
      name: 'kmistral7b',
      owner: { workspace: 'mistral-7b', namespace: 'default', clusterUid: 'uid' },
      instanceType: 'Standard_NC24ads_A100_v4',
      count: 1,
      diskGiB: 128,
      labels: {},
      taints: [],
    },
    sku: {
      cloud: 'azure',
      instanceType: 'Standard_NC24ads_A100_v4',
      gpuModel: 'A100 80GB',
      gpuCount: 1,
      gpuMemoryGiB: 80,
      visibleMemoryGiB: 79.25,
      computeCapability: 8,
      vcpus: 24,
      memoryGiB: 220,
      localNvmeGiB: 960,
      usdPerHour: 3.673,
      priceRegion: 'eastus',
      priceDate: '2026-01-15',
    },
    nodes: 1,
    usdPerHour: 3.673,
  },
  engineArgs: {},
  apiKeySecret: undefined,
  update: { kind: 'recreate', because: 'the old pod ends before the new one starts' },
  modelAccessSecret: undefined,
  imagePullSecrets: [],
  networkPolicy: false,
  adapters: [],
  warnings: [],
}

export const changes: ObjectChange[] = [
  { ref: { apiVersion: 'v1', kind: 'Service', name: 'mistral-7b', namespace: 'default' }, change: 'unchanged' },
  {
    ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'mistral-7b', namespace: 'default' },
    change: 'configured',
    diff: '--- live\n+++ wanted\n@@ -1 +1 @@\n-  replicas: 1\n+  replicas: 2\n   paused: false',
  },
]

export const planResult: PlanResult = {
  kind: 'Plan',
  target,
  plan,
  pool: { name: 'kmistral7b', change: 'created' },
  kept: [],
  settings: [],
  losses: [],
  changes,
}

export const endpoint: Endpoint = {
  workspace: 'mistral-7b',
  namespace: 'default',
  url: 'http://mistral-7b.default.svc/v1',
  service: 'mistral-7b',
  servedModelName: 'mistral-7b-instruct-v0.3',
  chatCommand: "kaito chat mistral-7b -n default -p 'Hello'",
  portForwardCommand: 'kaito endpoint mistral-7b -n default --forward',
  curlCommand: 'curl http://127.0.0.1:8000/v1/models',
}

export const deployResult: DeployResult = {
  ...planResult,
  kind: 'Deploy',
  verifications: [
    { check: 'replicas', outcome: 'ok', detail: '1 Ready' },
    { check: 'completion', outcome: 'ok', detail: 'answered in 210 ms' },
    { check: 'service', outcome: 'not-verified', detail: 'not allowed to use services/proxy' },
  ],
  endpoint,
  revision: 3,
  elapsedMs: 372_000,
}

export const workspace: WorkspaceStatus = {
  workspace: 'mistral-7b',
  namespace: 'default',
  phase: 'Ready',
  message: '1 of 1 replicas are ready',
  model: 'mistral-7b-instruct',
  servedModelName: 'mistral-7b-instruct-v0.3',
  instanceType: 'Standard_NC24ads_A100_v4',
  replicas: { wanted: 1, ready: 1 },
  revision: 3,
  ageSeconds: 7_500,
  usdPerHour: 3.673,
  objects: [
    {
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'mistral-7b' },
      status: { status: 'Current', message: '1 of 1 replicas are ready' },
    },
  ],
  nodes: [{ name: 'aks-kmistral7b-0', ready: true, gpus: 1 }],
}

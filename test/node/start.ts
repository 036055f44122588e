/** Runs inside the bed's namespaces: a registry, containerd and a kubelet that joins the bed's control plane. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { parse, stringify } from 'yaml'
import { KUBECONFIG } from '../cluster/starter/places.ts'
import {
  CONTAINERD_ROOT,
  NODE_IP,
  NODE_NAME,
  NODE_RUN,
  PAUSE_IMAGE,
  POD_SUBNET,
  PRIVATE_REGISTRY,
  PROGRAMS,
  PULLER,
  REGISTRY,
  REGISTRY_STORE,
} from './places.ts'

type Start = (name: string, file: string, args: readonly string[], env?: Record<string, string>) => void

const BRIDGE = 'kaito0'
const SOCKET = join(NODE_RUN, 'containerd.sock')
const NODE_TOKEN = 'kubelet-of-the-bed'
/** bcrypt of PULLER.password. */
const HASH = '$2b$05$CUah5hK4gYnIYWF8faI1ienS38uaCxCgxCVmUXcxEZUaH72U0iDjK'

/** One line of the API server's token file: the identity of this kubelet. */
export const NODE_IDENTITY = `${NODE_TOKEN},system:node:${NODE_NAME},${NODE_NAME},"system:nodes"\n`

/** What an A10 looks like to NVIDIA's feature discovery; the GPU itself is a number in the node's status. */
const LABELS = {
  'nvidia.com/gpu.product': 'NVIDIA-A10',
  'nvidia.com/gpu.memory': '23028',
  'nvidia.com/gpu.count': '2',
  'nvidia.com/gpu.compute.major': '8',
  'nvidia.com/gpu.compute.minor': '6',
}

export function startRegistries(start: Start): void {
  mkdirSync(NODE_RUN, { recursive: true })
  writeFileSync(join(NODE_RUN, 'htpasswd'), `${PULLER.username}:${HASH}\n`)
  for (const [name, address, auth] of [
    ['registry', REGISTRY, {}],
    ['registry-private', PRIVATE_REGISTRY, { htpasswd: { realm: 'bed', path: join(NODE_RUN, 'htpasswd') } }],
  ] as const) {
    const config = write(`${name}.yaml`, {
      version: 0.1,
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: REGISTRY_STORE } },
      http: { addr: address },
      ...(Object.keys(auth).length === 0 ? {} : { auth }),
    })
    start(name, join(PROGRAMS, 'registry'), ['serve', config])
  }
}

export function startNode(start: Start): void {
  // The kubelet listens on the bridge, so it is there first.
  execaSync('ip', ['link', 'add', BRIDGE, 'type', 'bridge'])
  execaSync('ip', ['addr', 'add', `${NODE_IP}/24`, 'dev', BRIDGE])
  execaSync('ip', ['link', 'set', BRIDGE, 'up'])
  const env = { PATH: `${PROGRAMS}:${process.env['PATH']}` }
  start('containerd', join(PROGRAMS, 'containerd'), ['--config', writeContainerdConfig()], env)
  start(
    'kubelet',
    join(PROGRAMS, 'kubelet'),
    [
      `--config=${write('kubelet.yaml', kubeletConfig())}`,
      `--kubeconfig=${write('kubelet.kubeconfig', kubeletAccess())}`,
      `--hostname-override=${NODE_NAME}`,
      `--node-ip=${NODE_IP}`,
      `--root-dir=${join(NODE_RUN, 'kubelet')}`,
      `--cert-dir=${join(NODE_RUN, 'certificates')}`,
      `--node-labels=${Object.entries(LABELS)
        .map((pair) => pair.join('='))
        .join(',')}`,
    ],
    env,
  )
}

function writeContainerdConfig(): string {
  const network = {
    cniVersion: '1.0.0',
    name: 'bed',
    plugins: [
      {
        type: 'bridge',
        bridge: BRIDGE,
        isGateway: true,
        ipam: { type: 'host-local', dataDir: join(NODE_RUN, 'addresses'), ranges: [[{ subnet: POD_SUBNET }]] },
      },
    ],
  }
  mkdirSync(join(NODE_RUN, 'cni'), { recursive: true })
  writeFileSync(join(NODE_RUN, 'cni/10-bed.conflist'), JSON.stringify(network))
  const text = [
    'version = 3',
    `root = '${CONTAINERD_ROOT}'`,
    `state = '${join(NODE_RUN, 'containerd')}'`,
    '[grpc]',
    `  address = '${SOCKET}'`,
    "[plugins.'io.containerd.cri.v1.images']",
    '  discard_unpacked_layers = true',
    "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
    `  sandbox = '${REGISTRY}/${PAUSE_IMAGE}'`,
    "[plugins.'io.containerd.cri.v1.runtime']",
    // Inside a container or a small virtual machine the score may not be lowered: every pod would fail.
    '  restrict_oom_score_adj = true',
    "[plugins.'io.containerd.cri.v1.runtime'.cni]",
    `  bin_dirs = ['${PROGRAMS}']`,
    `  conf_dir = '${join(NODE_RUN, 'cni')}'`,
  ].join('\n')
  const path = join(NODE_RUN, 'containerd.toml')
  writeFileSync(path, `${text}\n`)
  return path
}

function kubeletConfig(): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NODE_IP,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${SOCKET}`,
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    evictionHard: { 'memory.available': '200Mi', 'nodefs.available': '1Gi', 'imagefs.available': '1Gi' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    makeIPTablesUtilChains: false,
    podLogsDir: join(NODE_RUN, 'logs'),
    resolvConf: '',
    readOnlyPort: 0,
    nodeStatusUpdateFrequency: '5s',
    volumePluginDir: join(NODE_RUN, 'volume-plugins'),
  }
}

/** The administrator's file with another identity. */
function kubeletAccess(): object {
  const access = parse(readFileSync(KUBECONFIG, 'utf8')) as { users: { user: { token: string } }[] }
  for (const { user } of access.users) user.token = NODE_TOKEN
  return access
}

function write(name: string, value: unknown): string {
  mkdirSync(NODE_RUN, { recursive: true })
  const path = join(NODE_RUN, name)
  writeFileSync(path, stringify(value), { mode: 0o600 })
  return path
}

/**
 * Runs inside the bed's own network and process namespace, as its first process: the control plane, kwok and vLLM. When
 * it ends, the kernel ends everything below it. Nothing in here can reach another machine.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, openSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execaSync } from 'execa'
import { startNode, startRegistries } from '../../node/start.ts'
import {
  API_PORT,
  API_SOCKET,
  AUDIT_LOG,
  BINARIES,
  BROKEN_PORT,
  ENGINE_SOCKET,
  KUBECONFIG,
  KWOK_STAGES,
  LOGS,
  MODEL,
  NODE_SOCKET,
  POD_PORT,
  RUN,
  SOURCES,
  VENV,
} from './places.ts'
import { sleep } from './processes.ts'

/** Names of the models that the engine behind the simulated pods serves; none: no such engine. */
const servedNames = process.argv.slice(2)
const ETCD = 'http://127.0.0.1:12379'

execaSync('ip', ['link', 'set', 'lo', 'up'])
// Every pod address answers on this machine, so that Services of simulated pods end at the engine.
execaSync('ip', ['route', 'add', 'local', '10.244.0.0/16', 'dev', 'lo'])

function start(name: string, file: string, args: readonly string[], env: Record<string, string> = {}): void {
  const log = openSync(join(LOGS, `${name}.log`), 'w')
  const child = spawn(file, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } })
  endTogether(name, child)
}

function endTogether(name: string, child: ReturnType<typeof spawn>): void {
  child.on('exit', (code, signal) => {
    process.stderr.write(`${name} ended with ${code ?? signal}\n`)
    process.exit(1)
  })
}

function startControlPlane(): void {
  const { bed } = BINARIES
  const peer = 'http://127.0.0.1:12380'
  start('etcd', bed, [
    'etcd',
    `--data-dir=${join(RUN, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ])
  const key = join(RUN, 'service-accounts.key')
  start('kube-apiserver', bed, [
    'kube-apiserver',
    `--etcd-servers=${ETCD}`,
    `--tls-cert-file=${join(RUN, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(RUN, 'apiserver.key')}`,
    `--secure-port=${API_PORT}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=10.0.0.99',
    '--endpoint-reconciler-type=none',
    '--service-account-issuer=https://bed',
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${key}`,
    `--token-auth-file=${join(RUN, 'tokens.csv')}`,
    `--client-ca-file=${join(RUN, 'client-ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged',
    '--kubelet-preferred-address-types=InternalIP,Hostname',
    `--audit-policy-file=${join(RUN, 'audit.yaml')}`,
    `--audit-log-path=${AUDIT_LOG}`,
    '--service-cluster-ip-range=10.96.0.0/16',
  ])
  start('relay-api', bed, ['relay', `--listen=unix:${API_SOCKET}`, `--to=tcp:127.0.0.1:${API_PORT}`])
  start('relay-engine', bed, ['relay', `--listen=unix:${ENGINE_SOCKET}`, `--to=tcp:127.0.0.1:${POD_PORT}`])
}

/** They want an API server that answers. */
function startControllers(): void {
  const { bed, kwok } = BINARIES
  const common = [`--kubeconfig=${KUBECONFIG}`, '--leader-elect=false', `--cert-dir=${join(RUN, 'certificates')}`]
  start('kube-controller-manager', bed, [
    'kube-controller-manager',
    ...common,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${join(RUN, 'service-accounts.key')}`,
    '--allocate-node-cidrs',
    '--cluster-cidr=10.244.0.0/16',
  ])
  start('kube-scheduler', bed, ['kube-scheduler', ...common])
  start('kwok', kwok, [
    `--kubeconfig=${KUBECONFIG}`,
    '--manage-all-nodes=false',
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--server-address=127.0.0.1:10247',
    '--node-ip=127.0.0.1',
    '--node-port=10247',
    '--node-lease-duration-seconds=40',
    '--cidr=10.244.0.1/16',
    ...readdirSync(KWOK_STAGES).map((file) => `--config=${join(KWOK_STAGES, file)}`),
    `--config=${join(RUN, 'kwok.yaml')}`,
  ])
}

/** vLLM; what it prints becomes every simulated pod's log, in the form that a container runtime writes. */
function startEngine(): void {
  start('answers-500', process.execPath, [join(SOURCES, 'engine/answers-500.ts'), String(BROKEN_PORT), ...servedNames])
  const args = ['serve', MODEL, '--host=0.0.0.0', `--port=${POD_PORT}`, '--served-model-name', ...servedNames]
  const more = ['--dtype=bfloat16', '--max-model-len=512', '--enforce-eager', '--enable-lora', '--max-lora-rank=16']
  const child = spawn(join(VENV, 'bin/vllm'), [...args, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(VENV, 'bin')}:${process.env['PATH']}`,
      HF_HUB_OFFLINE: '1',
      VLLM_NO_USAGE_STATS: '1',
      VLLM_CPU_KVCACHE_SPACE: '1',
      VLLM_ALLOW_RUNTIME_LORA_UPDATING: '1',
      VLLM_LOGGING_COLOR: '0',
      NO_COLOR: '1',
    },
  })
  endTogether('vllm', child)
  const raw = createWriteStream(join(LOGS, 'vllm.log'))
  const cri = createWriteStream(join(RUN, 'vllm.cri.log'))
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[stream] }).on('line', (line) => {
      raw.write(`${line}\n`)
      cri.write(`${new Date().toISOString()} ${stream} F ${line}\n`)
    })
  }
}

async function apiAnswers(): Promise<boolean> {
  const done = await fetch(`https://127.0.0.1:${API_PORT}/readyz`).catch(() => undefined)
  return done?.ok === true
}

/** A real kubelet joins when somebody asks for it. A unix socket lies in the file system, so it can be asked from outside. */
function startNodeWhenAsked(): void {
  let isStarted = false
  createServer((socket) => {
    if (!isStarted) {
      isStarted = true
      startRegistries(start)
      startNode(start)
    }
    socket.end()
  }).listen(NODE_SOCKET)
}

startControlPlane()
if (servedNames.length > 0) startEngine()
for (let tries = 0; tries < 600 && !(await apiAnswers()); tries += 1) await sleep(100)
startControllers()
startNodeWhenAsked()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))

/** The files that the bed's programs are started with. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { stringify } from 'yaml'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { NODE_IDENTITY } from '../../node/start.ts'
import { drillLogs, drillStages } from './drills.ts'
import {
  API_PORT,
  BINARIES,
  BROKEN_NAMESPACE,
  BROKEN_PORT,
  KUBECONFIG,
  KWOK_STAGES,
  LOGS,
  POD_PORT,
  ROOT,
  RUN,
} from './places.ts'

const TOKEN = 'admin-of-the-bed'

/** Empties the run folder and writes certificates, keys and configuration into it. */
export function writeSettings(): void {
  rmSync(RUN, { recursive: true, force: true })
  mkdirSync(RUN, { recursive: true, mode: 0o700 })
  mkdirSync(LOGS, { recursive: true })
  execaSync(BINARIES.bed, ['certificate', '--dir', RUN])
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  write('service-accounts.key', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
  write('tokens.csv', `${TOKEN},admin,admin,"system:masters"\n${NODE_IDENTITY}`)
  write(
    'audit.yaml',
    stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata' }],
    }),
  )
  write(
    'kwok.yaml',
    kwokSettings()
      .map((doc) => stringify(doc))
      .join('---\n'),
  )
  write('audit.log', '')
  write('vllm.cri.log', '')
  writeFileSync(KUBECONFIG, kubeconfig(), { mode: 0o600 })
}

/** The names under which the engine of the bed answers: those of every preset, and its own. */
export function servedNames(): string[] {
  const { models } = readPresets(join(ROOT, 'presets'), SHIPPED_ENGINES)
  return ['tiny', ...new Set(models.map(({ servedModelName }) => servedModelName))]
}

function kwokSettings(): object[] {
  const forward = (name: string, port: number, selector: object = {}): object => ({
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterPortForward',
    metadata: { name },
    spec: { ...selector, forwards: [{ ports: [POD_PORT], target: { address: '127.0.0.1', port } }] },
  })
  const drills = drillLogs(RUN)
  for (const { file, text } of drills) writeFileSync(file, text, { mode: 0o600 })
  return [
    ...drillStages(join(KWOK_STAGES, 'pod-fast-pod-ready.yaml')),
    ...drills.map(({ settings }) => settings),
    forward('a-broken-engine', BROKEN_PORT, { selector: { matchNamespaces: [BROKEN_NAMESPACE] } }),
    forward('b-engine', POD_PORT),
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterLogs',
      metadata: { name: 'engine' },
      spec: { logs: [{ logsFile: join(RUN, 'vllm.cri.log') }] },
    },
  ]
}

function kubeconfig(): string {
  const authority = readFileSync(join(RUN, 'apiserver.crt')).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kaito-aks-admin',
    contexts: [{ name: 'kaito-aks-admin', context: { cluster: 'kaito-aks', user: 'admin' } }],
    clusters: [
      {
        name: 'kaito-aks',
        cluster: { server: `https://127.0.0.1:${API_PORT}`, 'certificate-authority-data': authority },
      },
    ],
    users: [{ name: 'admin', user: { token: TOKEN } }],
  })
}

function write(name: string, text: string): void {
  writeFileSync(join(RUN, name), text, { mode: 0o600 })
}

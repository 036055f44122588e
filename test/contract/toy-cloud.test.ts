/** A cloud that nobody ships does what every cloud must, without a token of its operations. */
import { serveLoopback } from '#sandbox/clouds/loopback.ts'
import { openToyCloud } from '../recipe/toy-cloud/index.ts'
import { TOY_MACHINES } from '../recipe/toy-cloud/rows.ts'
import { Toys } from '../recipe/toy-cloud/simulated.ts'
import type { CloudNature, Failure } from './cloud-samples.ts'
import { type CloudHarness, describeCloud } from './describe-cloud.ts'

const NATURE: CloudNature = {
  id: 'toy',
  poolName: 'mi1234567',
  instanceTypes: ['toy.one', 'toy.two'],
  hasTokens: false,
  isEverBusy: false,
  failures: ['quota', 'capacity'],
}
const SCRIPTS: Partial<Record<Failure, string>> = { quota: 'quota', capacity: 'allocation' }

async function makeHarness(): Promise<CloudHarness> {
  const toys = new Toys({ cluster: 'meadow', skus: TOY_MACHINES, scaled: (seconds) => seconds / 10 })
  const served = await serveLoopback((request) => toys.answer(request))
  const count = (verb: string): number => toys.asked.filter((asked) => asked.startsWith(`${verb} /pools/`)).length
  return {
    async open() {
      const env = { TOY_CLOUD_URL: served.url, TOY_CLOUD_POLL_MS: '15' }
      const port = await openToyCloud({ cloud: 'toy', providerIds: ['toy://meadow/first/0'] }, env, AbortSignal.any([]))
      if (port === undefined) throw new Error('the cluster was not found')
      return port
    },
    failCreate: (failure) => toys.script({ next: SCRIPTS[failure] ?? failure }),
    failDelete: (when) => toys.script({ next: when === 'late' ? 'hold-late' : 'hold' }),
    slow: () => toys.script({ next: 'slow' }),
    countWrites: () => count('PUT'),
    countDeletes: () => count('DELETE'),
    seedForeign(name) {
      toys.state.pools[name] = {
        name,
        state: 'there',
        machine: 'toy.one',
        count: 1,
        cast: [0],
        diskGiB: 1,
        labels: {},
        taints: [],
      }
    },
    async close() {
      toys.close()
      await served.close()
    },
  }
}

describeCloud(NATURE, makeHarness)

/** kaito with a row more in each of its registries, as a program of its own: nothing below src/ is other than it is shipped. */
import { createKaito } from '#cli/main.ts'
import { withToys } from './catalog.ts'
import { toy } from './toy-engine/index.ts'
import { errand, withErrand } from './toy-workload/index.ts'

const kaito = createKaito(async () => {
  const { SHIPPED } = await import('#cli/wiring/registries.ts')
  const { clouds, data, engines, sandbox, workloads } = SHIPPED
  return {
    ...SHIPPED,
    clouds: { ...clouds, toy: async () => (await import('./toy-cloud/index.ts')).openToyCloud },
    engines: { ...engines, all: [...engines.all, toy] },
    workloads: [errand, ...workloads],
    data: {
      catalog: async (known, own) => withToys(await data.catalog(known, own)),
      templates: async () => withErrand(await data.templates()),
    },
    sandbox: {
      // The first is the one that is played.
      clouds: async () => [(await import('./toy-cloud/simulated.ts')).simulatedToyCloud, ...(await sandbox.clouds())],
      engines: async () => [...(await sandbox.engines()), (await import('./toy-engine/simulated.ts')).simulatedToy],
      controllers: async () => [
        ...(await sandbox.controllers()),
        (await import('./toy-workload/simulated.ts')).reconcileJobs,
      ],
    },
  }
})

void kaito(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})

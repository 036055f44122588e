/** kaito with a row more in each of its registries, as a program of its own: nothing below src/ is other than it is shipped. */
import { createKaito } from '#cli/main.ts'
import { withToys } from './catalog.ts'
import { toy } from './toy-engine/index.ts'

const kaito = createKaito(async () => {
  const { SHIPPED } = await import('#cli/wiring/registries.ts')
  const { clouds, data, engines, sandbox } = SHIPPED
  return {
    ...SHIPPED,
    clouds: { ...clouds, toy: async () => (await import('./toy-cloud/index.ts')).openToyCloud },
    engines: { ...engines, all: [...engines.all, toy] },
    data: { ...data, catalog: async (known, own) => withToys(await data.catalog(known, own)) },
    sandbox: {
      // The first is the one that is played.
      clouds: async () => [(await import('./toy-cloud/simulated.ts')).simulatedToyCloud, ...(await sandbox.clouds())],
      engines: async () => [...(await sandbox.engines()), (await import('./toy-engine/simulated.ts')).simulatedToy],
    },
  }
})

void kaito(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})

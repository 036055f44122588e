/** Bundles the command line into dist/, with what kaito ships beside its code compiled into dist/data. */
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { bundle } from './build/bundle.ts'
import { compileCatalog } from './build/compile-catalog.ts'
import { compileTemplates } from './build/compile-templates.ts'
import { collectLicenses } from './licenses.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Other folders are for tests. */
const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: join(ROOT, 'presets') },
    out: { type: 'string', default: join(ROOT, 'dist') },
  },
})
const out = resolve(values.out)

const rows = readPresets(values.presets, SHIPPED_ENGINES)
rmSync(out, { recursive: true, force: true })
const inputs = await bundle(join(ROOT, 'src/cli/main.ts'), out, ROOT)
writeFileSync(join(out, 'THIRD_PARTY_LICENSES.txt'), collectLicenses(inputs, ROOT))
compileCatalog(rows, join(out, 'data'))
compileTemplates(join(ROOT, 'templates'), join(out, 'data'))

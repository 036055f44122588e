/** Bundles the command line into dist/: one entry, SDKs in chunks of their own, the catalogue as one JSON file. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUNDLED_CATALOG } from '#data/catalog.ts'
import { readPresets } from '#data/preset-files.ts'
import { bundleTemplates } from '#data/templates.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { collectLicenses } from './licenses.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'dist')

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
rmSync(OUT, { recursive: true, force: true })
for (const folder of ['presets', 'templates']) mkdirSync(join(OUT, folder), { recursive: true })

const { metafile } = await build({
  absWorkingDir: ROOT,
  metafile: true,
  entryPoints: [join(ROOT, 'src/cli/main.ts')],
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  legalComments: 'none',
  define: { KAITO_VERSION: JSON.stringify(version) },
  // CommonJS packages inside an ES module still call require; it is made when one does, since each costs a millisecond.
  banner: {
    js: "import { createRequire as kaitoRequire } from 'node:module'; const require = (id) => kaitoRequire(import.meta.url)(id);",
  },
  logLevel: 'warning',
})

writeFileSync(join(OUT, 'THIRD_PARTY_LICENSES.txt'), collectLicenses(Object.keys(metafile.inputs), ROOT))
// Parsing YAML costs more than everything else in `render`.
writeFileSync(
  join(OUT, 'presets', BUNDLED_CATALOG),
  JSON.stringify(readPresets(join(ROOT, 'presets'), SHIPPED_ENGINES)),
)
writeFileSync(join(OUT, 'templates/templates.json'), bundleTemplates(join(ROOT, 'templates')))

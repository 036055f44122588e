/** Bundles the command line into dist/: one entry, SDKs in chunks of their own, the catalogue as one JSON file. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { readCatalog } from '#data/read-data.ts'
import { collectLicenses } from './licenses.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'dist')

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
rmSync(OUT, { recursive: true, force: true })
mkdirSync(join(OUT, 'presets'), { recursive: true })

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
  // CommonJS packages inside an ES module still call require.
  banner: {
    js: "import { createRequire as kaitoRequire } from 'node:module'; const require = kaitoRequire(import.meta.url);",
  },
  logLevel: 'warning',
})

writeFileSync(join(OUT, 'THIRD_PARTY_LICENSES.txt'), collectLicenses(Object.keys(metafile.inputs), ROOT))
// Parsing YAML costs more than everything else in `render`.
writeFileSync(join(OUT, 'presets/catalog.json'), JSON.stringify(readCatalog(join(ROOT, 'presets'))))
cpSync(join(ROOT, 'templates'), join(OUT, 'templates'), { recursive: true })

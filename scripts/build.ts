/** Bundles the command line into dist/: one entry, SDKs in chunks of their own, data as one JSON file. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'dist')

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })

await build({
  entryPoints: [join(ROOT, 'src/cli/main.ts')],
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { KAITO_VERSION: JSON.stringify(version) },
  // CommonJS packages inside an ES module still call require.
  banner: { js: "import { createRequire as __kaitoRequire } from 'node:module'; const require = __kaitoRequire(import.meta.url);" },
  logLevel: 'warning',
})

const texts = Object.fromEntries([...filesBelow('presets'), ...filesBelow('templates')].map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]))
writeFileSync(join(OUT, 'data.json'), JSON.stringify(texts))

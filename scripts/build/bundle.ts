/** The code of kaito as few files: one for the start, SDKs in chunks of their own, which are loaded on first use. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** @returns the paths of the bundled files below `root`. */
export async function bundle(entry: string, out: string, root: string): Promise<string[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: { main: entry },
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'none',
    define: { KAITO_VERSION: JSON.stringify(version), KAITO_DATA: JSON.stringify('./data') },
    // CommonJS packages inside an ES module still call require; it is made when one does, since each costs a millisecond.
    banner: {
      js: "import { createRequire as kaitoRequire } from 'node:module'; const require = (id) => kaitoRequire(import.meta.url)(id);",
    },
    logLevel: 'warning',
  })
  return Object.keys(metafile.inputs)
}

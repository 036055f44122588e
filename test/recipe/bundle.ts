/** Bundles the program of its own as the one that is shipped is, and gives it what that has compiled. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/build/bundle.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Returns its file. */
export async function bundleRecipe(): Promise<string> {
  const out = join(ROOT, 'dist/recipe')
  await bundle(join(ROOT, 'test/recipe/entry.ts'), out, ROOT)
  cpSync(join(ROOT, 'dist/data'), join(out, 'data'), { recursive: true })
  return join(out, 'main.cjs')
}

/** Where kaito keeps what it ships beside its code. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KaitoError } from '#core/errors.ts'

/** The folder beside the code: two levels up from the sources, one from the bundle. */
export function shippedDir(name: 'presets' | 'templates'): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let dir = start; dirname(dir) !== dir; dir = dirname(dir)) {
    if (existsSync(join(dir, name))) return join(dir, name)
  }
  throw new KaitoError({
    code: 'INTERNAL',
    phase: 'spec',
    message: `kaito's own folder "${name}" is not beside its code (looked upwards from ${start}).`,
    hint: 'Install kaito again.',
  })
}

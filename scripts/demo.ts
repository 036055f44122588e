/** `npm run demo`: the main job on the sandbox, as a user types it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const KAITO = join(fileURLToPath(new URL('..', import.meta.url)), 'bin/kaito.js')

for (const args of [
  ['deploy', 'mistral-7b', '--yes'],
  ['chat', 'mistral-7b', '-p', 'Hello'],
  ['status', 'mistral-7b'],
]) {
  process.stdout.write(`\n$ kaito ${args.join(' ')} --sandbox\n`)
  const { status } = spawnSync(process.execPath, [KAITO, ...args, '--sandbox'], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
process.stdout.write('\nTo go on: npx kaito status --sandbox; to end it: npx kaito sandbox reset\n')

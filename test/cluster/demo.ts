/** `npm run demo`: the main job on the test bed, as a user types it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ARM_URL, KUBECONFIG, ROOT } from './starter/places.ts'

const env = {
  ...process.env,
  KUBECONFIG,
  KAITO_TEST_AZURE_ENDPOINT: ARM_URL,
  KAITO_TEST_AZURE_POLL_MS: '200',
}

for (const args of [
  ['deploy', 'mistral-7b', '--yes'],
  ['status', 'mistral-7b', '--deep'],
]) {
  process.stdout.write(`\n$ kaito ${args.join(' ')}\n`)
  const { status } = spawnSync(process.execPath, [join(ROOT, 'bin/kaito.js'), ...args], { env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
process.stdout.write('\nTo look around: eval "$(npm run --silent cluster:env)"; to end it: npm run cluster:down\n')

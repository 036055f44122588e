/** `eval "$(npm run --silent cluster:env)"`: what a shell needs to use kaito and kubectl on the bed. */
import { dirname } from 'node:path'
import { ARM_URL, BINARIES, KUBECONFIG, ROOT } from './starter/places.ts'

process.stdout.write(
  [
    `export KUBECONFIG=${quote(KUBECONFIG)}`,
    `export KAITO_TEST_AZURE_ENDPOINT=${ARM_URL}`,
    'export KAITO_TEST_AZURE_POLL_MS=200',
    `export PATH=${quote(dirname(BINARIES.kubectl))}:$PATH`,
    // With the project's own Node, whatever the shell has.
    `kaito() { ${quote(process.execPath)} ${quote(`${ROOT}bin/kaito.js`)} "$@"; }`,
    '',
  ].join('\n'),
)

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

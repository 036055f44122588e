/** What one run differs from the next in, made the same. */
const VARIABLE: readonly [RegExp, string][] = [
  [/\S+\/kaito\/sandbox\/kubectl\.kubeconfig/g, '~/.local/state/kaito/sandbox/kubectl.kubeconfig'],
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:PORT'],
  [/mistr[a-z0-9]{7}\b/g, 'mistrPOOL'],
  [/mistral-7b-[a-z0-9]{10}-[a-z0-9]{5}/g, 'mistral-7b-HASH-POD'],
  // Between two crashes it runs, for a moment.
  [/(exit code \d+), and runs again\./g, '$1.'],
  [/^\d\d:\d\d:\d\dZ /gm, ''],
  [/\d\d-\d\d \d\d:\d\d:\d\d(?= \[)/g, 'MM-DD HH:MM:SS'],
  [/(since )\d{4}-\S+Z/g, '$1TIME'],
  [/(, )(\d+ min )?[\d.]+ s$/gm, '$1SECONDS'],
  [/( in )(\d+ min )?[\d.]+ s(?= \(simulated\)$)/gm, '$1SECONDS'],
  [/^( {2}age +)\S+$/gm, '$1AGE'],
  [/ +\d+[smh]$/gm, ' AGE'],
  [/\b(?:once|\d+ times)(?= with exit code|\.$|\. \[)/gm, 'N times'],
]

export function steady(text: string): string {
  return VARIABLE.reduce((kept, [pattern, word]) => kept.replace(pattern, word), text)
}

/** What a YAML parser says of a text, without the text: it quotes what it stumbles over, and that may be a secret. */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Unresolved alias/, 'a value that starts with * is an alias, and there is no anchor of that name; quote the value'],
  [/tag/i, 'a value that starts with ! is a tag, and YAML does not know it; quote the value'],
  [
    /^Block scalar header/,
    'a value that starts with > or | is a block scalar, and its text starts on the next line; quote the value',
  ],
  [/^Invalid escape sequence/, "a \\ in double quotes starts an escape sequence, and YAML does not know it; use '…'"],
  [/^Source contains multiple documents/, 'a second document starts here, and only one is read'],
  [/^Unresolved plain scalar/, 'YAML does not know this value'],
  [
    /^(Unknown directive|Unsupported YAML version)/,
    'a line that starts with % is a directive, and YAML does not know it',
  ],
]

/** @param message of the parser. */
export function yamlWords(message: string): string {
  const [line = ''] = message.split('\n')
  const own = WORDS.find(([pattern]) => pattern.test(line))?.[1]
  // What was found stands behind a colon.
  return own ?? line.replace(/:? at line \d+, column \d+:?$/, '').replace(/(?<=\w): .*$/, '')
}

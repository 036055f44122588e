/** What a YAML parser says of a text, without the text: it quotes what it stumbles over, and that may be a secret. */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Unresolved alias/, 'a value that begins with * is an alias, and no & before it has that name; quote the value'],
  [/tag/i, 'a value that begins with ! is a tag, and YAML has none of that name; quote the value'],
  [
    /^Block scalar header/,
    'a value that begins with > or | is a block, and its text begins on the next line; quote the value',
  ],
  [/^Invalid escape sequence/, "a \\ in double quotes begins an escape sequence, and YAML has no such one; use '…'"],
  [/^Source contains multiple documents/, 'a second document begins here, and one is read'],
  [/^Unresolved plain scalar/, 'a value is none that YAML knows'],
  [
    /^(Unknown directive|Unsupported YAML version)/,
    'a line that begins with % is a directive, and YAML has no such one',
  ],
]

/** @param message of the parser. */
export function yamlWords(message: string): string {
  const [line = ''] = message.split('\n')
  const own = WORDS.find(([pattern]) => pattern.test(line))?.[1]
  // What was found stands behind a colon.
  return own ?? line.replace(/:? at line \d+, column \d+:?$/, '').replace(/(?<=\w): .*$/, '')
}

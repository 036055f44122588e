/** `-n=default` and `-o=json`, as kubectl, helm and gh take them: the parser would take `=default` for the value. */
import type { Command, Option } from 'commander'

/** @param commands the program, and those of its commands that the words may be about. */
export function withoutEquals(words: readonly string[], commands: readonly Command[]): string[] {
  const options = commands.flatMap((command) => command.options)
  const end = words.indexOf('--')
  return words.flatMap((word, index) => {
    if ((end >= 0 && index >= end) || isValue(words[index - 1], options)) return [word]
    const [, flags, value] = /^(-[A-Za-z]+)=(.*)$/s.exec(word) ?? []
    return flags === undefined || value === undefined || !takesValue(`-${flags.at(-1)}`, options)
      ? [word]
      : [flags, value]
  })
}

/** What stands behind a flag that takes a value is that value. */
function isValue(before: string | undefined, options: readonly Option[]): boolean {
  return before !== undefined && /^-/.test(before) && takesValue(before, options)
}

function takesValue(flag: string, options: readonly Option[]): boolean {
  return options.some(
    ({ short, long, required, optional }) => (required || optional) && (flag === short || flag === long),
  )
}

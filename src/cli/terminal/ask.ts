/** A few questions on a terminal: they go to stderr, and Enter takes what is proposed. */
import { closest } from '#core/closest.ts'
import { KaitoError } from '#core/errors.ts'
import { wrapText } from '#ui/text/wrap.ts'
import type { Terminal } from './io.ts'
import { askOnce } from './prompt.ts'

interface Choice<Value extends string> {
  value: Value
  label: string
}

/** By number or by name; asked again until it is one of them. The first is proposed. */
export async function askChoice<Value extends string>(
  question: string,
  choices: readonly [Choice<Value>, ...Choice<Value>[]] | readonly Choice<Value>[],
  terminal: Terminal,
): Promise<Value> {
  const lines = choices.map(({ label }, index) => `  ${String(index + 1).padStart(2)}  ${label}`)
  const { stderr } = terminal.io
  stderr.write(`${wrapText([question, ...lines].join('\n'), stderr.columns)}\n`)
  for (;;) {
    const answer = await askText('Number or name', '1', terminal)
    const found = choices[Number(answer) - 1] ?? choices.find(({ value }) => value === answer)
    if (found !== undefined) return found.value
    const near = nearTo(
      answer,
      choices.map(({ value }) => value),
    )
    const meant = near.length === 0 ? `enter 1 to ${choices.length}.` : `did you mean ${near.join(' or ')}?`
    stderr.write(`${answer} is not one of them; ${meant}\n`)
  }
}

/** Those that begin so, or are spelled nearly so. */
function nearTo(answer: string, values: readonly string[]): readonly string[] {
  const begun = values.filter((value) => value.startsWith(answer))
  return begun.length > 0 ? begun : closest(answer, values, 2)
}

export async function askText(question: string, proposed: string, terminal: Terminal): Promise<string> {
  const answer = await askOnce(`${question} [${proposed}]`, terminal)
  if (answer === undefined) throw unanswered(question)
  return answer === '' ? proposed : answer
}

function unanswered(question: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `No answer to "${question}"; nothing was done.`,
    hint: 'Press Enter to accept the default.',
  })
}

/** The one question before money is spent or something is removed. Without a terminal nothing asks. */
import { advice, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef } from '#core/objects/kube-object.ts'
import type { PlanResult } from '#core/results.ts'
import { describeFound, type Found } from '#pipeline/observe/owned.ts'
import { type Doomed, deleteQuestion, deployQuestion, type Question } from '#ui/results/question-text.ts'
import { createColors } from '#ui/text/colors.ts'
import { wrapText } from '#ui/text/wrap.ts'
import { isInteractive, type Terminal } from './io.ts'
import { askOnce } from './prompt.ts'

/** A terminal, and what was said beforehand. */
interface Asking extends Terminal {
  options: { yes: boolean; color: boolean }
}

/** New nodes cost money, and some changes take something away; everything else goes on without a question. */
export async function confirmDeploy(plans: readonly PlanResult[], asking: Asking): Promise<void> {
  if (asking.options.yes) return
  const question = deployQuestion(plans, colorsOf(asking))
  if (question !== undefined) await ask(question, asking)
}

/** One question about all of them. */
export async function confirmDelete(all: readonly Found[], asking: Asking): Promise<void> {
  const there = all.filter((found) => describeFound(found).length > 0)
  if (asking.options.yes || there.length === 0) return
  const doomed = there.map((found): Doomed => {
    const { seen, target, model, pools, usdPerHour } = found
    const objects = describeFound({ ...found, pools: [] })
    return { target, workspace: seen.name, model, pools, usdPerHour, objects, kept: found.kept.map(formatRef) }
  })
  await ask(deleteQuestion(doomed, colorsOf(asking)), asking)
}

function colorsOf({ io: { stderr: stream, env }, options: { color } }: Asking): ReturnType<typeof createColors> {
  return createColors({ stream, env, color })
}

async function ask({ rows, says }: Question, asking: Asking): Promise<void> {
  const { stderr, redact } = asking.io
  const sentence = redact(says)
  if (!isInteractive(asking)) throw unconfirmed(sentence)
  stderr.write(`${wrapText(redact(rows.join('\n')), stderr.columns)}\n`)
  if (/^y(es)?$/i.test((await askOnce(`${sentence} Continue? [y/N]`, asking)) ?? '')) return
  throw new KaitoError({ code: 'DECLINED', phase: 'plan', message: 'Nothing changed.', hint: '' })
}

function unconfirmed(sentence: string): KaitoError {
  return new KaitoError({
    code: 'CONFIRMATION_REQUIRED',
    phase: 'plan',
    message: `Not confirmed, so nothing changed. ${sentence}`,
    reason: 'There is no terminal to ask on.',
    hint: advice`Run the same command again with ${setting('yes')}`,
  })
}

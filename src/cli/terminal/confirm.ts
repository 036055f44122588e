/** The one question before money is spent or something is removed. Without a terminal nothing asks. */
import { KaitoError } from '#core/errors.ts'
import { isPoolMade, type PlanResult } from '#core/results.ts'
import { describeFound, type Found } from '#pipeline/observe/owned.ts'
import { formatResults } from '#ui/results/result.ts'
import { formatSettingChange } from '#ui/results/settings-text.ts'
import { formatHourly } from '#ui/text/figures.ts'
import { isInteractive, type Terminal } from './io.ts'
import { askOnce } from './prompt.ts'

/** A terminal, and what was said beforehand. */
interface Asking extends Terminal {
  options: { yes: boolean; color: boolean }
}

const NO_TERMINAL = 'There is no terminal to ask on. Run the same command again with --yes.'

/** New nodes cost money, and some changes take something away; everything else goes on without a question. */
export async function confirmDeploy(plans: readonly PlanResult[], asking: Asking): Promise<void> {
  const reasons = plans.flatMap((plan) => reasonsOf(plan, plans.length > 1))
  if (reasons.length === 0 || asking.options.yes) return
  await ask(reasons.join(' '), asking, ({ io: { stderr, env, redact }, options: { color } }) =>
    formatResults(plans, 'text', { stream: stderr, env, redact, color }),
  )
}

function reasonsOf(result: PlanResult, isOfSeveral: boolean): string[] {
  const changes = result.settings.map(formatSettingChange).join(', ')
  const losses = result.losses.map(({ says }) => says)
  const named = losses.length === 0 ? [] : [`${isOfSeveral ? `${result.plan.objectName}: ` : ''}${losses.join(' ')}`]
  return [
    ...named,
    ...(losses.length === 0 || changes === '' ? [] : [`It changes: ${changes}.`]),
    ...(isPoolMade(result.pool) ? [costOf(result)] : []),
  ]
}

function costOf({ pool: { name, nodes }, plan }: PlanResult): string {
  const usdPerHour = plan.pool.mode === 'create' ? plan.pool.usdPerHour : undefined
  const price = usdPerHour === undefined ? 'what the catalogue does not know' : formatHourly(usdPerHour)
  return nodes === undefined
    ? `This creates node pool ${name}, which costs ${price} until it is deleted.`
    : `This grows node pool ${name} from ${nodes.from} to ${nodes.to} nodes; all together cost ${price} until it is deleted.`
}

/** One question about all of them. */
export async function confirmDelete(all: readonly Found[], asking: Asking): Promise<void> {
  const [first] = all
  const things = all.flatMap(describeFound)
  if (first === undefined || things.length === 0 || asking.options.yes) return
  const namespaces = [...new Set(all.map(({ target }) => target.namespace))].join(', ')
  await ask(`This deletes ${things.join(', ')} (context ${first.target.context}, namespace ${namespaces}).`, asking)
}

/** @param show what is worth a look before the answer. */
async function ask(what: string, asking: Asking, show: (asking: Asking) => string = () => ''): Promise<void> {
  if (!isInteractive(asking)) throw unconfirmed(`${what} Nothing was changed.`, NO_TERMINAL)
  asking.io.stderr.write(show(asking))
  if (/^y(es)?$/i.test((await askOnce(`${what} Go on? [y/N]`, asking)) ?? '')) return
  throw unconfirmed('Not confirmed; nothing was changed.', 'Run the same command again with --yes, or answer y.')
}

function unconfirmed(message: string, hint: string): KaitoError {
  return new KaitoError({ code: 'CONFIRMATION_REQUIRED', phase: 'plan', message, hint })
}

/** A flag that a variable of the environment can set, too. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { KaitoError } from '#core/errors.ts'

/** Commander's own reading takes every variable that is set for a flag that was given: `KAITO_YES=0` and `KAITO_YES=` were yes. */
export class Flag extends Option {
  variable: string | undefined
  #key: string | undefined

  override env(name: string): this {
    this.variable = name
    this.description += ` (env: ${name})`
    return this
  }

  /** Another spelling of the flag with that key. */
  spells(key: string): this {
    this.#key = key
    return this
  }

  override attributeName(): string {
    return this.#key ?? super.attributeName()
  }
}

/** For what was not typed. An empty variable is as good as none. */
export function readEnvironment(command: Command, env: NodeJS.ProcessEnv): void {
  for (const option of command.options) {
    const name = option instanceof Flag ? option.variable : undefined
    const text = name === undefined ? undefined : env[name]
    const key = option.attributeName()
    if (name === undefined || text === undefined || text === '' || command.getOptionValueSource(key) === 'cli') continue
    command.setOptionValueWithSource(key, fromVariable(option, text, name), 'env')
  }
}

function fromVariable(option: Option, text: string, name: string): unknown {
  return optionValue(option, text, undefined, (why) => {
    const hint = `Fix it, unset it (unset ${name}), or pass ${option.long}.`
    return new KaitoError({ code: 'USAGE', phase: 'spec', message: `${name} is "${text}". ${why}`, hint })
  })
}

/**
 * Of a text that was not typed.
 * @param before what the option has of such texts already, where it may be repeated.
 */
export function optionValue(
  option: Option,
  text: string,
  before: unknown,
  refuse: (why: string) => KaitoError,
): unknown {
  try {
    if (option.isBoolean() || option.negate) return parseSwitch(text) !== option.negate
    if (option.parseArg === undefined) return text
    return option.parseArg(text, before ?? (Array.isArray(option.defaultValue) ? [] : undefined))
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw refuse(error.message)
  }
}

function parseSwitch(text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off', ''].includes(word)) return false
  throw new InvalidArgumentError('Expected 1, true, yes or on; or 0, false, no or off.')
}

/** Colour or none: decided once per stream, from the flag, the environment and the stream itself. */
import { Chalk } from 'chalk'

export type Env = Readonly<Record<string, string | undefined>>
export type Paint = (text: string) => string

export interface Colors {
  bold: Paint
  dim: Paint
  red: Paint
  green: Paint
  yellow: Paint
  cyan: Paint
}

export interface ColorRequest {
  /** Where the text goes. */
  stream: { isTTY?: boolean; columns?: number }
  env: Env
  /** False after --no-color. */
  color: boolean
}

/** `--no-color` and NO_COLOR win; then FORCE_COLOR and CLICOLOR_FORCE; then whether it is a terminal that can. */
function wantsColor({ stream, env, color }: ColorRequest): boolean {
  if (!color || isSet(env['NO_COLOR'])) return false
  const forced = env['FORCE_COLOR'] ?? env['CLICOLOR_FORCE']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0'
}

export function createColors(request: ColorRequest): Colors {
  const chalk = new Chalk({ level: wantsColor(request) ? 1 : 0 })
  // A style of chalk joins all its arguments: one that is handed on as a callback must take the first alone.
  const paint =
    (style: keyof Colors): Paint =>
    (text) =>
      chalk[style](text)
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

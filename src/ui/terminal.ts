/** What a stream can show. Detection changes looks, never behaviour. */
import { Chalk, type ChalkInstance } from 'chalk'

export interface Look {
  stream: { isTTY?: boolean; columns?: number }
  env: Record<string, string | undefined>
  /** False after --no-color. */
  color: boolean
}

export function paletteFor({ stream, env, color }: Look): ChalkInstance {
  const isForced = isSet(env['FORCE_COLOR']) || isSet(env['CLICOLOR_FORCE'])
  const isRefused = !color || isSet(env['NO_COLOR']) || env['TERM'] === 'dumb'
  const level = isRefused ? 0 : isForced || stream.isTTY === true ? 1 : 0
  return new Chalk({ level })
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0'
}

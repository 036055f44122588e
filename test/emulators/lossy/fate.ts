/** Which requests meet which fault: by seed and by what is asked how often, so that the order in which they come changes nothing. */
import { createHash } from 'node:crypto'

/** A number is the status that is answered in place of the server's. */
export type Fault = 'drop' | 'lost' | 'cut' | 'delay' | 410 | 429 | 500 | 502 | 503

export type Fate = (method: string, url: string) => Fault | undefined

const FAULTS: readonly Fault[] = ['drop', 'lost', 'cut', 'delay', 410, 429, 500, 502, 503]

/** @param share of all requests. */
export function fateOf(seed: number, share: number): Fate {
  const asked = new Map<string, number>()
  return (method, url) => {
    const [path = '', query = ''] = url.split('?')
    const isWatch = query.includes('watch=true')
    const key = `${method} ${path} ${isWatch}`
    const times = (asked.get(key) ?? 0) + 1
    asked.set(key, times)
    const dice = createHash('sha256').update(`${seed} ${key} ${times}`).digest()
    if (dice.readUInt32BE(0) / 2 ** 32 >= share) return undefined
    const fault = FAULTS[dice.readUInt32BE(4) % FAULTS.length]
    // A version is too old for a watch only.
    return fault === 410 && !isWatch ? 503 : fault
  }
}

/** Numbers as people read them. */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The clouds' own convention for "per month". */
const HOURS_PER_MONTH = 730

/** `0.4 s`, `42 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${(Math.round(seconds * 10) / 10).toString()} s`
  const whole = Math.round(seconds)
  if (whole < MINUTE) return `${whole} s`
  if (whole < HOUR)
    return whole % MINUTE === 0 ? `${whole / MINUTE} min` : `${Math.floor(whole / MINUTE)} min ${pad(whole % MINUTE)} s`
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${pad(Math.floor((whole % HOUR) / MINUTE))} min`
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`
}

export function formatMs(ms: number): string {
  return formatSeconds(ms / 1_000)
}

/** `about 40 s`, `about 6 min`: an estimate has no seconds. */
export function formatAbout(seconds: number): string {
  return seconds < 90 ? `about ${Math.round(seconds)} s` : `about ${Math.round(seconds / MINUTE)} min`
}

/** As kubectl shows ages: `45s`, `12m`, `3h`, `9d`. */
export function formatAge(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.floor(seconds)}s`
  if (seconds < 2 * HOUR) return `${Math.floor(seconds / MINUTE)}m`
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`
  return `${Math.floor(seconds / DAY)}d`
}

/** `$3.67 per hour`. */
export function formatHourly(usdPerHour: number): string {
  return `${formatUsd(usdPerHour)} per hour`
}

/** `$3.67 per hour, $88 per day, $2,681 per month`. */
export function formatPrice(usdPerHour: number | undefined): string {
  if (usdPerHour === undefined) return 'unknown: not in the catalogue'
  const [day, month] = [usdPerHour * 24, usdPerHour * HOURS_PER_MONTH]
  return `${formatHourly(usdPerHour)}, $${formatCount(day)} per day, $${formatCount(month)} per month`
}

function formatUsd(value: number): string {
  const [whole = '', cents = ''] = value.toFixed(2).split('.')
  return `$${formatCount(Number(whole))}.${cents}`
}

/** `32,768`; independent of the machine's locale. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 replica`, `2 replicas`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

function pad(value: number): string {
  return value.toString().padStart(2, '0')
}

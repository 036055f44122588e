/** Amounts of resources, as Kubernetes writes them. Source: apimachinery resource.Quantity. */

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** `500m`, `32`, `220Gi`, `1e3` → a number in the resource's own unit. */
export function quantity(text: string | number): number {
  const [, digits = '0', power = '0', unit = ''] =
    /^([+-]?[\d.]+)(?:[eE]([+-]?\d+))?([a-zA-Z]*)$/.exec(String(text)) ?? []
  return Number(digits) * 10 ** Number(power) * (UNITS[unit] ?? 1)
}

/** With the largest unit that leaves a whole number. */
export function formatQuantity(value: number): string {
  if (!Number.isInteger(value)) return `${Math.round(value * 1_000)}m`
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((each) => value >= unitOf(each) && value % unitOf(each) === 0)
  return unit === undefined ? String(value) : `${value / unitOf(unit)}${unit}`
}

function unitOf(name: string): number {
  return UNITS[name] ?? 1
}

/** Amounts by the name of their resource. */
export type Amounts = Readonly<Record<string, number>>

export function sum(all: readonly Amounts[]): Amounts {
  const total: Record<string, number> = {}
  for (const amounts of all)
    for (const [name, amount] of Object.entries(amounts)) total[name] = (total[name] ?? 0) + amount
  return total
}

export function times(amounts: Amounts, factor: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * factor]))
}

export function largest(all: readonly Amounts[]): Amounts {
  const most: Record<string, number> = {}
  for (const amounts of all)
    for (const [name, amount] of Object.entries(amounts)) most[name] = Math.max(most[name] ?? 0, amount)
  return most
}

/** What to do next, as a value: the face that shows it knows how flags are spelled, and which cluster a command would reach. */

export type Verb =
  | 'chat'
  | 'delete'
  | 'deploy'
  | 'diff'
  | 'endpoint'
  | 'init'
  | 'lint'
  | 'logs'
  | 'plan'
  | 'render'
  | 'sandbox'
  | 'scale'
  | 'status'
  | 'wait'

/** By their names in the spec or among the options. `true`: it takes no value. */
export type Settings = Readonly<Record<string, string | number | true>>

export type Command =
  | { run: 'kaito'; verb: Verb; workspace?: string; namespace?: string; settings?: Settings }
  | { run: 'kubectl'; args: readonly string[] }
  /** Another program, word by word: each is quoted for the shell that it is shown in. */
  | { run: 'other'; args: readonly string[] }

/** A setting by itself: "run the same command again with …". */
export interface Named {
  setting: string
  value: string | number | true
}

/** "Run the same command again with …", which is true of who deploys: whoever only looks is told the deploy (redeploy.ts). */
export interface Again {
  again: 'Run' | 'run'
  with?: Named
}

export type Piece = string | Command | Named | Again

/** Text and commands in the order in which they are read. */
export interface Said {
  readonly pieces: readonly Piece[]
}

/** Bare text where nothing is to be typed. */
export type Advice = string | Said

/** A value with each advice in it put into words. */
export type Worded<T> = T extends Said ? string : T extends object ? { [K in keyof T]: Worded<T[K]> } : T

type Part = Advice | Command | Named | Again | number

export function advice(texts: TemplateStringsArray, ...parts: readonly Part[]): Said {
  return { pieces: texts.flatMap((text, index) => [text, ...piecesOf(parts[index] ?? '')]).filter((one) => one !== '') }
}

export function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'pieces' in value && Array.isArray(value.pieces)
}

export function kaito(verb: Verb, about: Omit<Extract<Command, { run: 'kaito' }>, 'run' | 'verb'> = {}): Command {
  return { run: 'kaito', verb, ...about }
}

export function kubectl(...args: readonly string[]): Command {
  return { run: 'kubectl', args }
}

export function other(...args: readonly string[]): Command {
  return { run: 'other', args }
}

export function setting(name: string, value: string | number | true = true): Named {
  return { setting: name, value }
}

/** A flag of the engine's own, handed through. */
export function engineArg(flag: string, value: string | number): Named {
  return setting('engineArg', `${flag}=${value}`)
}

/** As the beginning of a sentence. */
export function again(lacking?: Named): Again {
  return lacking === undefined ? { again: 'Run' } : { again: 'Run', with: lacking }
}

/** Behind other words. */
export function thenAgain(lacking?: Named): Again {
  return { ...again(lacking), again: 'run' }
}

/** As a sentence of its own. */
export function sentence(piece: Said): Said {
  const [first, ...rest] = piece.pieces
  return typeof first === 'string' ? { pieces: [first.charAt(0).toUpperCase() + first.slice(1), ...rest] } : piece
}

/** Several as a list: `kaito delete a, or: kaito delete b`. */
export function joined(parts: readonly Part[], between: string): Said {
  return { pieces: parts.flatMap((part, index) => [...(index === 0 ? [] : [between]), ...piecesOf(part)]) }
}

function piecesOf(part: Part): readonly Piece[] {
  if (typeof part === 'number') return [String(part)]
  return isSaid(part) ? part.pieces : [part]
}

/** The words of the simulated model. A token is a word piece: a run of letters, of signs or of blanks, with its blank. */

const PIECE = / ?[\p{L}\p{N}]{1,6}| ?[^\s\p{L}\p{N}]{1,3}|\s{1,6}/gu
/** No piece is longer than this, in characters. */
export const LONGEST_PIECE = 7
/** How much of the question an answer repeats, in characters. */
const QUOTED = 200

/** The pieces of a text; joined, they are the text again. */
export function tokensOf(text: string): string[] {
  return text.match(PIECE) ?? []
}

/** A number for each piece, the same for the same piece. */
export function idOf(piece: string): number {
  let hash = 0
  for (const sign of piece) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 128_000
  return hash
}

export function chatAnswer(question: string, model: string): string {
  return `This is kaito's sandbox: no model ran. You asked: "${excerpt(question)}" On a real cluster ${model} would answer here.`
}

export function completionOf(prompt: string, model: string): string {
  return ` (This is kaito's sandbox: no model ran. On a real cluster ${model} would go on from: "${excerpt(prompt)}")`
}

function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  const signs = [...flat]
  return signs.length > QUOTED ? `${signs.slice(0, QUOTED).join('')}…` : flat
}

export interface Written {
  pieces: readonly string[]
  finish: 'stop' | 'length'
  /** The stop string that ended it. */
  stopReason: string | null
}

/** The script as far as the stop strings and the token budget let it go. */
export function write(script: string, budget: number, stops: readonly string[]): Written {
  const hit = stops
    .map((stop) => ({ stop, at: stop === '' ? -1 : script.indexOf(stop) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .at(0)
  const pieces = tokensOf(hit === undefined ? script : script.slice(0, hit.at))
  if (pieces.length > budget) return { pieces: pieces.slice(0, budget), finish: 'length', stopReason: null }
  return { pieces, finish: 'stop', stopReason: hit?.stop ?? null }
}

/** Text → YAML documents with a place for every field. Nothing here throws, whatever the text is. */
import { type Document, isPair, LineCounter, parseAllDocuments } from 'yaml'
import { type Problem, type ProblemPlace, problem } from '../../problem.ts'
import { yamlWords } from '../../yaml-words.ts'
import type { SourceText } from '../spec.ts'
import { FILL_TEMPLATE } from './build-advice.ts'
import { findAlias, locate, locateInside, openedAt } from './locate.ts'
import { lineCol, type Path, type Place } from './text-place.ts'

/** A workspace file has kilobytes; PVCs and ConfigMaps beside it may have more. */
const MAX_CHARACTERS = 3 * 1024 * 1024
const MAX_ALIASES = 100
const MAX_DEPTH = 200
const MAX_SYNTAX_ERRORS = 5

/** One document of the input, as plain values. */
export interface SourceDocument {
  file: string
  value: unknown
  /** Where a field is; of a missing one, where its parent is. `key`: the place of the key instead of the value. */
  placeOf(path: Path, key?: boolean): Place
  /** Where a place within the text of a field is. */
  placeInside(path: Path, inside: Place): Place
}

export function readDocuments(source: SourceText): { documents: SourceDocument[]; problems: Problem[] } {
  const unreadable = refuseText(source)
  if (unreadable !== undefined) return { documents: [], problems: [unreadable] }
  const text = source.text.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  const problems: Problem[] = []
  const documents: SourceDocument[] = []
  const parsed = attempt(() => [
    ...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' }),
  ])
  if (parsed === undefined) return { documents, problems: [tooDeep(source)] }
  for (const doc of parsed) {
    const found = syntaxProblems(doc, source, lines)
    problems.push(...found)
    if (found.length > 0 || doc.contents === null) continue
    const result = toValue(doc, source, lines)
    if ('problem' in result) problems.push(result.problem)
    else
      documents.push({
        file: source.label,
        value: result.value,
        placeOf: (path, key) => locate(doc, path, key ?? false, lines),
        placeInside: (path, inside) => locateInside(doc, path, inside, text, lines),
      })
  }
  return { documents, problems }
}

/** What is no text of ours, told apart before it costs time. */
function refuseText({ label, text }: SourceText): Problem | undefined {
  const at = (index: number): ProblemPlace => ({ file: label, ...placeAt(text, index) })
  if (text.length > MAX_CHARACTERS) {
    const message = `the input has ${text.length} characters; it is read no further than this line`
    return problem('too-large', message, at(MAX_CHARACTERS), {
      allowed: `${MAX_CHARACTERS} characters`,
      hint: 'Is this the right file? A workspace has a few kilobytes.',
    })
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const odd = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFD]/.exec(text)
  if (odd === null) return undefined
  const code = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const what = code === 'FFFD' ? 'bytes that are not UTF-8' : `the control character U+${code}`
  return problem('not-text', `the input has ${what}, which is not YAML`, at(odd.index), {
    hint: 'Is this the right file?',
  })
}

function toValue(
  doc: Document.Parsed,
  source: SourceText,
  lines: LineCounter,
): { value: unknown } | { problem: Problem } {
  if (depthOf(doc.contents) > MAX_DEPTH) return { problem: tooDeep(source) }
  try {
    const value: unknown = doc.toJS({ maxAliasCount: MAX_ALIASES })
    return isCircular(value) ? { problem: circleProblem(doc, source.label, lines) } : { value }
  } catch (error) {
    return { problem: aliasProblem(doc, error, source.label, lines) }
  }
}

/** An alias to nothing, or so many that their values would fill the memory. */
function aliasProblem(doc: Document.Parsed, error: unknown, file: string, lines: LineCounter): Problem {
  const message = error instanceof Error ? error.message : String(error)
  const missing = /^Unresolved alias .*: (.*)$/.exec(message)?.[1]
  const offset = findAlias(doc, missing)
  const at = { file, ...(offset === undefined ? { line: 1, column: 1 } : lineCol(lines, offset)) }
  if (missing !== undefined) return problem('unresolved-alias', yamlWords(message), at)
  return problem('too-many-aliases', 'the aliases in this document expand to too many values', at, {
    allowed: `${MAX_ALIASES} resolved aliases`,
    hint: 'Write the values out instead of repeating *aliases.',
  })
}

/** `&a [*a]` */
function circleProblem(doc: Document.Parsed, file: string, lines: LineCounter): Problem {
  const at = { file, ...lineCol(lines, findAlias(doc, undefined) ?? 0) }
  return problem('circular-alias', 'an alias refers to a value that contains it', at, { hint: 'Write the value out.' })
}

/** Depth is limited already. */
function isCircular(value: unknown, above = new Set<unknown>(), done = new Set<unknown>()): boolean {
  if (value === null || typeof value !== 'object' || done.has(value)) return false
  if (above.has(value)) return true
  above.add(value)
  const found = Object.values(value).some((inner) => isCircular(inner, above, done))
  above.delete(value)
  done.add(value)
  return found
}

/** Iterative: the point is not to overflow the stack. */
function depthOf(root: unknown): number {
  let deepest = 0
  const queue: [unknown, number][] = [[root, 1]]
  for (let next = queue.pop(); next !== undefined && deepest <= MAX_DEPTH; next = queue.pop()) {
    const [node, depth] = next
    deepest = Math.max(deepest, depth)
    const items = (node as { items?: unknown[] } | null)?.items ?? []
    for (const item of items) {
      if (isPair(item)) queue.push([item.key, depth + 1], [item.value, depth + 1])
      else queue.push([item, depth + 1])
    }
  }
  return deepest
}

/** One mistake makes a parser stumble often: the first few say where it is. */
function syntaxProblems(doc: Document.Parsed, { label: file, text }: SourceText, lines: LineCounter): Problem[] {
  const errors = [...doc.errors, ...doc.warnings]
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted !== undefined)
    return [exhausted.pos[0] > 0 ? tooDeepAt(file, lineCol(lines, exhausted.pos[0])) : tooDeep({ label: file, text })]
  const templated = errors.length > 0 ? templateLines(doc, text, file, lines) : []
  if (templated.length > 0) return templated
  const shown = errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => syntaxProblem(doc, error, file, lines))
  const last = shown.at(-1)
  if (last !== undefined && errors.length > shown.length)
    last.hint = `${errors.length - shown.length} more places are broken. Fix the first one and check again.`
  return shown
}

/** A chart's template is no YAML before it is rendered: each line that is to be filled in, and not what a parser makes of it. */
function templateLines(doc: Document.Parsed, text: string, file: string, lines: LineCounter): Problem[] {
  const [start, , end] = doc.range
  const first = lineCol(lines, start).line
  return text
    .slice(start, end)
    .split('\n')
    .flatMap((line, index) => {
      const found = /^\s*(?:- )?(?:[\w./-]+:\s*)?(?=\{\{)/.exec(line)
      const at = { file, line: first + index, column: (found?.[0].length ?? 0) + 1 }
      const message = 'this is a template placeholder'
      return found === null ? [] : [problem('placeholder', message, at, { hint: FILL_TEMPLATE })]
    })
    .slice(0, MAX_SYNTAX_ERRORS)
}

const UNCLOSED = /^Missing closing|must be sufficiently indented and end with|^Flow (?:sequence|map) must end with/

function syntaxProblem(
  doc: Document.Parsed,
  error: { code: string; message: string; pos: [number, number] },
  file: string,
  lines: LineCounter,
): Problem {
  const rule = error.code.toLowerCase().replaceAll('_', '-')
  const hints: Record<string, string> = {
    'tab-as-indent': 'Indent with spaces: YAML does not allow tabs there.',
    'duplicate-key': 'Keep one of the two.',
  }
  const opened = UNCLOSED.test(error.message) ? openedAt(doc, error.pos[0]) : undefined
  if (opened !== undefined)
    return problem('unclosed', 'this is opened but not closed before the next field', {
      file,
      ...lineCol(lines, opened),
    })
  const hint = hints[rule]
  const at = { file, ...lineCol(lines, error.pos[0]) }
  return problem(rule, yamlWords(error.message), at, hint === undefined ? {} : { hint })
}

/** The longest line is where such a thing is, near enough. */
function tooDeep({ label, text }: SourceText): Problem {
  const lines = text.split('\n')
  const longest = lines.reduce((best, line, index) => (line.length > (lines[best]?.length ?? 0) ? index : best), 0)
  return tooDeepAt(label, { line: longest + 1, column: 1 })
}

function tooDeepAt(file: string, place: Place): Problem {
  return problem('too-deep', 'the input is nested too deeply', { file, ...place }, { allowed: `${MAX_DEPTH} levels` })
}

function placeAt(text: string, index: number): Place {
  let [line, start] = [1, 0]
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) {
    line += 1
    start = at + 1
  }
  return { line, column: index - start + 1 }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

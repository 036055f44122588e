/** What stands in a file: its imports, strings, names and functions. Read with a parser, which tells code from comments and strings. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from '@swc/core'

export interface Source {
  /** Below src: `core/errors.ts`. */
  path: string
  text: string
  /** What it imports, in whatever form: static, type, dynamic, `import('…').Type`. */
  imports: ReadonlySet<string>
  /** Every other string, with `…` where a template has a value. */
  strings: readonly string[]
  /** Those of them that are no words of another program's command line: of `kubectl(…)` or `other(…)`. */
  own: readonly string[]
  /** Every name where it stands: `clock`, `Date`, `Date.now`, `new Date()`. */
  names: readonly string[]
  /** Lines of each function that has a body. */
  functions: readonly number[]
}

/** A node of the parser's tree. */
type Node = Readonly<Record<string, unknown>>

export function readSources(root: string): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, 'src', path), 'utf8')))
}

export function readSource(path: string, text: string): Source {
  // Spans count bytes from the first token on, comments before it left out: the semicolon is that token.
  const bytes = Buffer.from(`;${text}`)
  const nodes = nodesOf(parseSync(bytes.toString(), { syntax: 'typescript', target: 'es2022' }))
  const [first = 0] = nodes.slice(0, 1).map(startOf)
  const specifiers = new Set(nodes.flatMap(specifierOf))
  const strings = nodes.filter((node) => isString(node) && !specifiers.has(node))
  const theirs = new Set(nodes.filter(isTheirs).flatMap((call) => nodesOf(call['arguments'])))
  return {
    path,
    text,
    imports: new Set([...specifiers].map(stringOf)),
    strings: strings.map(stringOf),
    own: strings.filter((node) => !theirs.has(node)).map(stringOf),
    names: nodes.flatMap(nameOf),
    functions: nodes
      .filter(isFunction)
      .map((node) => linesOf(bytes.subarray(startOf(node) - first, endOf(node) - first))),
  }
}

function nodesOf(value: unknown, nodes: Node[] = []): Node[] {
  if (!isNode(value)) return nodes
  if ('type' in value) nodes.push(value)
  for (const each of Object.values(value)) nodesOf(each, nodes)
  return nodes
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

const startOf = ({ span }: Node): number => (isNode(span) ? Number(span['start']) : 0)
const endOf = ({ span }: Node): number => (isNode(span) ? Number(span['end']) : 0)
const linesOf = (bytes: Buffer): number => bytes.toString().split('\n').length

/** The string that names a module, in each of the forms that an import has. */
function specifierOf(node: Node): Node[] {
  const { type, source, argument, expression, callee, arguments: given } = node
  const isCall = type === 'CallExpression' && isNode(callee) && callee['type'] === 'Import'
  const [first] = isCall && Array.isArray(given) ? given : []
  const candidates = [
    ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'].includes(String(type)) ? source : undefined,
    type === 'TsImportType' ? argument : undefined,
    type === 'TsExternalModuleReference' ? expression : undefined,
    first?.expression,
  ]
  return candidates.filter((each) => isNode(each)).filter(isString)
}

/** `kubectl(…)` and `other(…)` of core/advice.ts. */
function isTheirs({ type, callee }: Node): boolean {
  return type === 'CallExpression' && isNode(callee) && ['kubectl', 'other'].includes(String(callee['value']))
}

function isString({ type }: Node): boolean {
  return type === 'StringLiteral' || type === 'TemplateLiteral'
}

function stringOf({ value, quasis }: Node): string {
  return Array.isArray(quasis) ? quasis.map(({ cooked }) => cooked ?? '').join('…') : String(value)
}

function nameOf({ type, value, object, property, callee, arguments: given }: Node): string[] {
  if (type === 'Identifier') return [String(value)]
  if (type === 'MemberExpression' && isNode(object) && object['type'] === 'Identifier' && isNode(property)) {
    return [`${object['value']}.${property['value']}`]
  }
  const isBare = type === 'NewExpression' && Array.isArray(given) && given.length === 0
  return isBare && isNode(callee) ? [`new ${callee['value']}()`] : []
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'Constructor']
const METHODS = ['ClassMethod', 'PrivateMethod', 'MethodProperty', 'GetterProperty', 'SetterProperty']

function isFunction({ type, body, function: inner }: Node): boolean {
  const block = isNode(inner) ? inner['body'] : body
  const hasBlock = isNode(block) && ['FunctionBody', 'BlockStatement'].includes(String(block['type']))
  return hasBlock && [...FUNCTIONS, ...METHODS].includes(String(type))
}

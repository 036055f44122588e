/** Patch files as people write them. */
import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import { offsetOf } from '../yaml-place.ts'
import { yamlWords } from '../yaml-words.ts'
import type { JsonObject } from './kube-object.ts'
import { isMap } from './kube-object.ts'
import { type Operation, type Patch, unusable } from './patches.ts'

/** Where in the file the value is that these keys lead to, or what is nearest to it: `patch.yaml:7`. */
type SourceOf = (...keys: (string | number)[]) => string

/** Reads the documents of one patch file. USAGE says what is wrong, and on which line. */
export function parsePatches(label: string, text: string): Patch[] {
  const lines = new LineCounter()
  const docs = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  return docs.flatMap((doc) => {
    const place = (offset: number): string => `${label}:${lines.linePos(offset).line}`
    const [error] = doc.errors
    if (error !== undefined) throw unusable(place(error.pos[0]), yamlWords(error.message))
    const start = doc.contents?.range[0] ?? doc.range[0]
    const sourceOf: SourceOf = (...keys) => place(offsetOf(doc, keys) ?? start)
    const value = readValue(doc, sourceOf())
    return value === null ? [] : [readPatch(sourceOf, value)]
  })
}

function readValue(doc: Document.Parsed, source: string): unknown {
  try {
    return doc.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw unusable(source, yamlWords(error instanceof Error ? error.message : String(error)))
  }
}

function readPatch(sourceOf: SourceOf, value: unknown): Patch {
  const source = sourceOf()
  if (!isMap(value)) throw unusable(source, 'it is not a map')
  if (value['target'] === undefined) return mergeOf(source, value)
  const { kind, name } = isMap(value['target']) ? value['target'] : {}
  if (typeof kind !== 'string') throw unusable(sourceOf('target'), 'target.kind is missing, for example Deployment')
  const { patch } = value
  const change = Array.isArray(patch)
    ? { operations: patch.map(readOperation(sourceOf)) }
    : isMap(patch)
      ? { merge: patch }
      : undefined
  if (change === undefined)
    throw unusable(sourceOf('patch'), 'patch must be a list of operations (op, path, value) or a partial object')
  return { source, kind, change, ...(typeof name === 'string' ? { name } : {}) }
}

function mergeOf(source: string, value: JsonObject): Patch {
  const { apiVersion: _version, kind, metadata, ...rest } = value
  if (typeof kind !== 'string') throw unusable(source, 'kind is missing, for example Deployment')
  const { name, namespace: _namespace, ...meta } = isMap(metadata) ? metadata : {}
  const merge = Object.keys(meta).length === 0 ? rest : { ...rest, metadata: meta }
  return { source, kind, change: { merge }, ...(typeof name === 'string' ? { name } : {}) }
}

const OPS = ['add', 'remove', 'replace', 'move', 'copy', 'test']

const readOperation =
  (sourceOf: SourceOf) =>
  (value: unknown, index: number): Operation => {
    const { op, path } = isMap(value) ? value : {}
    if (typeof op === 'string' && OPS.includes(op) && typeof path === 'string') return value as unknown as Operation
    throw unusable(sourceOf('patch', index), `operation ${index + 1} needs op (${OPS.join(', ')}) and path`)
  }

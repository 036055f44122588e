/** Patch files as people write them. */
import { parseAllDocuments } from 'yaml'
import type { JsonObject } from './kube-object.ts'
import { isMap } from './kube-object.ts'
import { type Operation, type Patch, unusable } from './patches.ts'

/** Reads the documents of one patch file. USAGE says what is wrong with which. */
export function parsePatches(label: string, text: string): Patch[] {
  return parseAllDocuments(text, { prettyErrors: true, logLevel: 'silent' }).flatMap((doc, index) => {
    const source = `${label}, document ${index + 1}`
    const [error] = doc.errors
    if (error !== undefined) throw unusable(source, error.message.split('\n')[0] ?? error.message)
    const value: unknown = doc.toJS({ maxAliasCount: 100 })
    return value === null ? [] : [readPatch(source, value)]
  })
}

function readPatch(source: string, value: unknown): Patch {
  if (!isMap(value)) throw unusable(source, 'it is not a map')
  if (value['target'] === undefined) return mergeOf(source, value)
  const { kind, name } = isMap(value['target']) ? value['target'] : {}
  if (typeof kind !== 'string') throw unusable(source, 'target.kind is missing, for example Deployment')
  const { patch } = value
  const change = Array.isArray(patch)
    ? { operations: patch.map(readOperation(source)) }
    : isMap(patch)
      ? { merge: patch }
      : undefined
  if (change === undefined)
    throw unusable(source, 'patch must be a list of operations (op, path, value) or a partial object')
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
  (source: string) =>
  (value: unknown, index: number): Operation => {
    const { op, path } = isMap(value) ? value : {}
    if (typeof op === 'string' && OPS.includes(op) && typeof path === 'string') return value as unknown as Operation
    throw unusable(source, `operation ${index + 1} needs op (${OPS.join(', ')}) and path`)
  }

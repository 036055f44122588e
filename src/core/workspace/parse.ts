/** Texts → workspaces and what stands beside them, with every problem at once. Never throws. */

import type * as z from 'zod'
import { closest } from '../closest.ts'
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { secretValues } from '../objects/secret-values.ts'
import { type Problem, problem } from '../problem.ts'
import { checkAnnotations } from './annotations.ts'
import { checkReferences, checkSecretData, type PlacedCompanion } from './companions.ts'
import { readDocuments, type SourceDocument } from './documents.ts'
import { type Engines, runtimesOf } from './engine-traits.ts'
import { type Report, reporter, reportIssues, withoutUnknown } from './issues.ts'
import { checkWorkspace } from './rules.ts'
import { companionSchemas, type WorkspaceDocument, workspaceSchema } from './schema.ts'
import { NEWEST_API, type ParseResult, type SourceText, type WorkspacePlaces } from './spec.ts'
import { toSpec } from './to-spec.ts'

/** Kinds of upstream that are known and not handled. */
const OTHER_KINDS = ['InferenceSet', 'RAGEngine', 'MultiRoleInference', 'ModelMirror']
const HANDLED = ['Workspace', ...Object.keys(companionSchemas)]

interface Collected {
  engines: Engines
  workspaces: { doc: WorkspaceDocument; report: Report; places: WorkspacePlaces }[]
  companions: PlacedCompanion[]
  problems: Problem[]
  secrets: string[]
}

export function parseWorkspaces(sources: readonly SourceText[], engines: Engines): ParseResult {
  const found: Collected = { engines, workspaces: [], companions: [], problems: [], secrets: [] }
  for (const source of sources) {
    const { documents, problems } = readDocuments(source)
    found.problems.push(...problems)
    for (const doc of documents.flatMap(flattenList)) readDocument(doc, found)
  }
  checkTogether(found, sources)
  const { problems, secrets } = found
  const draft = {
    workspaces: found.workspaces.map(({ doc }) => toSpec(doc)),
    places: found.workspaces.map(({ places }) => places),
    companions: found.companions.map(({ object }) => object),
  }
  const isSound = !problems.some((p) => p.severity === 'error')
  return { ...(isSound ? { input: draft } : {}), draft, problems, secrets }
}

/** `kind: List` holds documents. */
function flattenList(doc: SourceDocument): SourceDocument[] {
  const value = doc.value as { kind?: unknown; items?: unknown } | null
  if (value?.kind !== 'List' || !Array.isArray(value.items)) return [doc]
  return value.items.map((item: unknown, index) => ({
    file: doc.file,
    value: item,
    placeOf: (path, key) => doc.placeOf(['items', index, ...path], key),
  }))
}

function readDocument(doc: SourceDocument, found: Collected): void {
  const { value } = doc
  found.secrets.push(...secretValues(value))
  const plain = reporter(doc, [], false, found.problems)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    plain({ rule: 'wrong-type', message: 'a document must be a map with apiVersion, kind and metadata', path: [] })
    return
  }
  const kind = (value as { kind?: unknown }).kind
  if (kind === 'Workspace') readWorkspace(doc, value as Record<string, unknown>, found)
  else if (typeof kind === 'string' && kind in companionSchemas)
    readCompanion(doc, kind as keyof typeof companionSchemas, found)
  else refuseKind(kind, plain)
}

function readWorkspace(doc: SourceDocument, value: Record<string, unknown>, found: Collected): void {
  const { spec, ...top } = value
  const isNested = spec !== null && typeof spec === 'object' && !Array.isArray(spec)
  const report = reporter(doc, isNested ? ['spec'] : [], false, found.problems)
  const both = ['resource', 'inference', 'tuning'].filter((field) => field in top)
  if ('spec' in value && !isNested) {
    reporter(
      doc,
      [],
      false,
      found.problems,
    )({
      rule: 'wrong-type',
      message: 'expected a map of fields',
      path: ['spec'],
      value: spec,
      allowed: 'resource, inference, tuning',
    })
    return
  }
  if (isNested && both.length > 0) {
    reporter(
      doc,
      [],
      false,
      found.problems,
    )({
      rule: 'mixed-shape',
      message: `${both.join(' and ')} at the top level and spec: are mixed; use one of the two`,
      path: [both[0] ?? 'spec'],
      atKey: true,
    })
    return
  }
  const flat = isNested ? { ...top, ...withoutStrangers(spec as Record<string, unknown>, report) } : top
  let parsed = workspaceSchema.safeParse(flat)
  if (!parsed.success) {
    reportIssues(parsed.error, workspaceSchema, flat, report)
    // A field that is not known does not keep the others from being looked at.
    parsed = workspaceSchema.safeParse(withoutUnknown(flat, parsed.error, workspaceSchema))
    if (!parsed.success) return
  }
  checkWorkspace(parsed.data, found.engines, report)
  checkAnnotations(parsed.data.metadata.annotations ?? {}, runtimesOf(found.engines), report)
  found.workspaces.push({ doc: parsed.data, report, places: placesOf(parsed.data, doc, isNested ? ['spec'] : []) })
}

function placesOf({ resource }: WorkspaceDocument, doc: SourceDocument, prefix: readonly string[]): WorkspacePlaces {
  const at = (...path: string[]) => ({ file: doc.file, ...doc.placeOf(path) })
  const model = at(...prefix, 'inference', 'preset', 'name')
  const machine = resource?.instanceType === undefined ? model : at(...prefix, 'resource', 'instanceType')
  return { name: at('metadata', 'name'), model, machine }
}

const SPEC_FIELDS = ['resource', 'inference', 'tuning']

/** Below `spec:` only three fields exist; others must not fall through to the top level. */
function withoutStrangers(spec: Record<string, unknown>, report: Report): Record<string, unknown> {
  for (const key of Object.keys(spec)) {
    if (SPEC_FIELDS.includes(key)) continue
    const near = closest(key, SPEC_FIELDS, 1)[0]
    report({
      rule: 'unknown-field',
      message: `there is no field "${key}" here`,
      path: ['spec', key],
      allowed: SPEC_FIELDS.join(', '),
      atKey: true,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    })
  }
  return Object.fromEntries(SPEC_FIELDS.flatMap((key) => (key in spec ? [[key, spec[key]] as const] : [])))
}

function readCompanion(doc: SourceDocument, kind: keyof typeof companionSchemas, found: Collected): void {
  const report = reporter(doc, [], kind === KINDS.secret.kind, found.problems)
  const schema: z.ZodType = companionSchemas[kind]
  const parsed = schema.safeParse(doc.value)
  if (!parsed.success) {
    reportIssues(parsed.error, schema, doc.value, report)
    return
  }
  const companion: PlacedCompanion = { object: parsed.data as KubeObject, doc, report }
  if (kind === KINDS.secret.kind) checkSecretData(companion)
  found.companions.push(companion)
}

function refuseKind(kind: unknown, report: Report): void {
  if (kind === undefined) {
    report({ rule: 'missing-field', message: 'the document has no kind', path: [], allowed: HANDLED.join(', ') })
    return
  }
  const near = typeof kind === 'string' && !OTHER_KINDS.includes(kind) ? closest(kind, HANDLED, 1)[0] : undefined
  report({
    rule: 'unknown-kind',
    message: `kind ${String(kind)} is not handled`,
    path: ['kind'],
    value: kind,
    allowed: HANDLED.join(', '),
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  })
}

function checkTogether(found: Collected, sources: readonly SourceText[]): void {
  const seen = new Set<string>()
  for (const { doc, report } of found.workspaces) {
    const name = `${doc.metadata.namespace ?? ''}/${doc.metadata.name}`
    if (seen.has(name))
      report({
        rule: 'duplicate-name',
        message: 'another workspace of the input has this name',
        path: ['metadata', 'name'],
        value: doc.metadata.name,
      })
    seen.add(name)
    checkReferences(doc, found.companions, found.engines, report, found.problems)
  }
  if (found.workspaces.length > 0 || found.problems.some((p) => p.severity === 'error')) return
  const at = { file: sources.map(({ label }) => label).join(', '), line: 1, column: 1 }
  const hint = `A workspace starts with: apiVersion: ${NEWEST_API}, kind: Workspace`
  found.problems.push(problem('no-workspace', 'the input holds no Workspace', at, { hint }))
}

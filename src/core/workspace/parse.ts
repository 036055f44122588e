/** Texts → workspaces and what stands beside them, with every problem at once. Never throws. */

import type * as z from 'zod'
import { advice, kubectl } from '../advice.ts'
import { closest } from '../closest.ts'
import { KINDS } from '../objects/kinds.ts'
import { isMap, type KubeObject } from '../objects/kube-object.ts'
import { secretValues } from '../objects/secret-values.ts'
import { inOrder, type Problem, problem } from '../problem.ts'
import type { Engines } from './engine-traits.ts'
import { type Report, reporter, SPEC_FIELDS } from './issues.ts'
import { type ReadWorkspace, readWorkspace } from './read-workspace.ts'
import {
  checkConfigReference,
  checkSecretData,
  checkSecretReference,
  type PlacedCompanion,
} from './rules/companions.ts'
import { checkMetadata } from './rules/forms.ts'
import { quietAbout, readForm } from './salvage.ts'
import { companionSchemas } from './schema.ts'
import { NEWEST_API, type ParseResult, type SourceText, type WorkspacePlaces } from './spec.ts'
import { BUILD_FIRST } from './text/build-advice.ts'
import { readDocuments, type SourceDocument } from './text/documents.ts'
import { toSpec } from './to-spec.ts'

/** Kinds of upstream that are known and not handled. */
const OTHER_KINDS = ['InferenceSet', 'RAGEngine', 'MultiRoleInference', 'ModelMirror']
const HANDLED = ['Workspace', ...Object.keys(companionSchemas)]

interface Collected {
  engines: Engines
  workspaces: ReadWorkspace[]
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
  refuseDoubles(found)
  const places = found.workspaces.map((workspace) => placesIn(workspace, found))
  refuseNothing(found, sources)
  const { secrets } = found
  const problems = inOrder(found.problems)
  const draft = {
    workspaces: found.workspaces.map(({ doc }) => toSpec(doc)),
    places,
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
    placeInside: (path, inside) => doc.placeInside(['items', index, ...path], inside),
  }))
}

function readDocument(doc: SourceDocument, found: Collected): void {
  const { value } = doc
  found.secrets.push(...secretValues(value))
  const plain = reporter(doc, [], false, found.problems)
  if (!isMap(value)) {
    plain({ rule: 'wrong-type', message: 'a document must be a map with apiVersion, kind and metadata', path: [] })
    return
  }
  const { kind } = value
  if (kind === 'Workspace') {
    const read = readWorkspace(doc, value, found.engines, found.problems)
    if (read !== undefined) found.workspaces.push(read)
  } else if (typeof kind === 'string' && Object.hasOwn(companionSchemas, kind))
    readCompanion(doc, value, kind as keyof typeof companionSchemas, found)
  else refuseKind(value, doc.file, plain)
}

function readCompanion(
  doc: SourceDocument,
  value: object,
  kind: keyof typeof companionSchemas,
  found: Collected,
): void {
  const report = reporter(doc, [], kind === KINDS.secret.kind, found.problems)
  const schema: z.ZodType = companionSchemas[kind]
  const read = readForm(schema, value, STAND_INS, report)
  if (read.value === undefined) return
  const companion: PlacedCompanion = {
    object: read.value as KubeObject,
    doc,
    report: quietAbout(read.refused, report),
  }
  checkMetadata(companion.object.metadata, false, companion.report)
  if (kind === KINDS.secret.kind) checkSecretData(companion)
  found.companions.push(companion)
}

/** What each of them is without. */
const STAND_INS = { apiVersion: 'v1', metadata: { name: 'unnamed' }, 'metadata.name': 'unnamed', spec: {} }

function refuseKind(value: object, file: string, report: Report): void {
  const { kind, apiVersion } = value as { kind?: unknown; apiVersion?: unknown }
  if (kind === undefined && isNoObject(value)) {
    const message = 'not a Kubernetes object; skipped'
    report({ severity: 'warning', rule: 'skipped', message, path: [], allowed: HANDLED.join(', ') })
    return
  }
  if (kind === undefined) {
    report({ rule: 'missing-field', message: 'the document has no kind', path: [], allowed: HANDLED.join(', ') })
    return
  }
  const isOwn = OTHER_KINDS.includes(String(kind)) || groupOf(apiVersion) === groupOf(NEWEST_API)
  const near = typeof kind === 'string' && !OTHER_KINDS.includes(kind) ? closest(kind, HANDLED, 1)[0] : undefined
  if (typeof kind === 'string' && near === undefined && !isOwn) {
    // A folder of manifests holds others, too.
    const where = file.startsWith('<') ? 'FILE' : file
    const hint = kind === 'Kustomization' ? BUILD_FIRST : advice`Apply it yourself: ${kubectl('apply', '-f', where)}`
    report({
      severity: 'warning',
      rule: 'skipped',
      message: `kind ${kind} is not handled by kaito; skipped`,
      path: ['kind'],
      hint,
    })
    return
  }
  report({
    rule: 'unknown-kind',
    message: `kind ${String(kind)} is not handled`,
    path: ['kind'],
    value: kind,
    allowed: HANDLED.join(', '),
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  })
}

function groupOf(apiVersion: unknown): string | undefined {
  return String(apiVersion).split('/')[0]
}

/** The values of a chart, and the like. */
function isNoObject(value: object): boolean {
  return !['apiVersion', 'kind', 'metadata', 'spec', ...SPEC_FIELDS].some((field) => field in value)
}

function refuseDoubles({ workspaces, companions }: Collected): void {
  const seen = new Set<string>()
  const isSecond = (
    kind: string,
    { name, namespace = '' }: { name: string; namespace?: string | undefined },
  ): boolean => {
    const key = `${kind}/${namespace}/${name}`
    return seen.has(key) || seen.add(key).size === 0
  }
  const refuse = (report: Report, what: string, value: string): void =>
    report({ rule: 'duplicate-name', message: `another ${what} in the input has this name`, path: NAME, value })
  for (const { doc, report } of workspaces)
    if (isSecond('Workspace', doc.metadata)) refuse(report, 'workspace', doc.metadata.name)
  for (const { object, report } of companions)
    if (isSecond(object.kind, object.metadata)) refuse(report, object.kind, object.metadata.name)
}

const NAME = ['metadata', 'name']

function placesIn({ doc, report, places }: ReadWorkspace, found: Collected): WorkspacePlaces {
  const { companions, engines, problems } = found
  checkSecretReference(doc, companions, report)
  return places(checkConfigReference(doc, companions, engines, report, problems))
}

function refuseNothing(found: Collected, sources: readonly SourceText[]): void {
  if (found.workspaces.length > 0 || found.problems.some((p) => p.severity === 'error')) return
  const at = { file: sources[0]?.label ?? '', line: 1, column: 1 }
  const hint = `A workspace starts with: apiVersion: ${NEWEST_API}, kind: Workspace`
  found.problems.push(problem('no-workspace', 'the input has no Workspace', at, { hint }))
}

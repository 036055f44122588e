/** One document of kind Workspace → as much of it as can be read, with everything that is wrong in it. */
import { closest } from '../closest.ts'
import { isMap } from '../objects/kube-object.ts'
import type { Problem } from '../problem.ts'
import { checkAnnotations } from './annotations.ts'
import { type Engines, runtimesOf } from './engine-traits.ts'
import { locateField, pathText, type Report, reporter, SPEC_FIELDS } from './issues.ts'
import { reportPlaceholders } from './rules/placeholders.ts'
import { checkWorkspace } from './rules/workspace.ts'
import { quietAbout, readForm, startsWith } from './salvage.ts'
import { type WorkspaceDocument, workspaceSchema } from './schema.ts'
import { type LocatedField, NEWEST_API, type WorkspacePlaces } from './spec.ts'
import type { SourceDocument } from './text/documents.ts'
import type { Path } from './text/text-place.ts'

export interface ReadWorkspace {
  doc: WorkspaceDocument
  report: Report
  /** @param flags by the engine's names. */
  places(flags: ReadonlyMap<string, LocatedField>): WorkspacePlaces
}

/** Undefined when it cannot be told what is meant. */
export function readWorkspace(
  doc: SourceDocument,
  value: Record<string, unknown>,
  engines: Engines,
  problems: Problem[],
): ReadWorkspace | undefined {
  const { spec, ...top } = value
  const isNested = isMap(spec)
  if (refuseShape(value, isNested, reporter(doc, [], false, problems))) return undefined
  const prefix = isNested ? ['spec'] : []
  const told = reporter(doc, prefix, false, problems)
  const flat = isNested ? { ...top, ...withoutStrangers(spec, told) } : top
  const placeholders = reportPlaceholders(flat, [], told)
  const plain = quietAbout(placeholders, told)
  const { value: read, refused: broken } = readForm(workspaceSchema, flat, STAND_INS, plain)
  if (read === undefined) return undefined
  const refused = [...placeholders, ...broken]
  const report = quietAbout(refused, told)
  checkWorkspace(read, engines, report)
  checkAnnotations(read.metadata.annotations ?? {}, runtimesOf(engines), report)
  return { doc: read, report, places: (flags) => placesOf(doc, prefix, refused, flags) }
}

/** Nobody reads them: what is made of them is refused. */
const STAND_INS = { apiVersion: NEWEST_API, metadata: { name: 'unnamed' }, 'metadata.name': 'unnamed' }

function refuseShape(value: Record<string, unknown>, isNested: boolean, report: Report): boolean {
  if ('spec' in value && !isNested) {
    const allowed = SPEC_FIELDS.join(', ')
    report({ rule: 'wrong-type', message: 'expected a map of fields', path: ['spec'], value: value['spec'], allowed })
    return true
  }
  const both = SPEC_FIELDS.filter((field) => field in value)
  if (!isNested || both.length === 0) return false
  report({
    rule: 'mixed-shape',
    message: `${both.join(' and ')} at the top level and spec: are mixed; use one of the two`,
    path: [both[0] ?? 'spec'],
    atKey: true,
  })
  return true
}

/** Below `spec:` only three fields exist; others must not fall through to the top level. */
function withoutStrangers(spec: Record<string, unknown>, report: Report): Record<string, unknown> {
  for (const key of Object.keys(spec)) {
    if (SPEC_FIELDS.includes(key)) continue
    const near = closest(key, SPEC_FIELDS, 1)[0]
    report({
      rule: 'unknown-field',
      message: `unknown field "${key}"`,
      path: ['spec', key],
      allowed: SPEC_FIELDS.join(', '),
      atKey: true,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    })
  }
  return Object.fromEntries(SPEC_FIELDS.flatMap((key) => (key in spec ? [[key, spec[key]] as const] : [])))
}

function placesOf(
  doc: SourceDocument,
  prefix: Path,
  refused: readonly Path[],
  flags: ReadonlyMap<string, LocatedField>,
): WorkspacePlaces {
  return {
    name: { file: doc.file, ...doc.placeOf(['metadata', 'name']) },
    placeOf: (about) =>
      'flag' in about
        ? flags.get(about.flag)
        : { ...locateField(doc, prefix, about.field, about.atKey), path: pathText(about.field) },
    isRefused: (about) =>
      'field' in about && refused.some((path) => startsWith(about.field, path) || startsWith(path, about.field)),
  }
}

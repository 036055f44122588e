/** Secrets, ConfigMaps and PVCs beside a workspace: checked as far as a workspace depends on them. Values never show. */
import { KINDS } from '../../objects/kinds.ts'
import type { KubeObject } from '../../objects/kube-object.ts'
import { decoded, HUB_TOKEN_KEY } from '../../objects/secret-values.ts'
import type { Problem } from '../../problem.ts'
import { isReachable } from '../beside.ts'
import { CONFIG_KEY, type EngineConfig, readEngineConfig } from '../engine-config.ts'
import type { Engines } from '../engine-traits.ts'
import type { Report } from '../issues.ts'
import type { WorkspaceDocument } from '../schema.ts'
import type { LocatedField } from '../spec.ts'
import type { SourceDocument } from '../text/documents.ts'
import type { Path } from '../text/text-place.ts'
import { placeholderIn } from './placeholders.ts'

export interface PlacedCompanion {
  object: KubeObject
  doc: SourceDocument
  report: Report
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function checkSecretData({ object, report }: PlacedCompanion): void {
  for (const [key, value] of Object.entries((object['data'] ?? {}) as Record<string, string>)) {
    if (reportSecretText(key, value, ['data', key], report)) continue
    const base64 = value.replace(/\s/g, '')
    if (BASE64.test(base64)) {
      for (const plain of decoded(base64)) reportLineBreak(key, plain, ['data', key], report)
      continue
    }
    report({
      rule: 'not-base64',
      message: `the value of "${key}" is not base64 (the value is not shown)`,
      path: ['data', key],
      hint: 'Put plain text under stringData instead of data.',
    })
  }
  for (const [key, value] of Object.entries((object['stringData'] ?? {}) as Record<string, string>))
    if (!reportSecretText(key, value, ['stringData', key], report))
      reportLineBreak(key, value, ['stringData', key], report)
}

/** Of a value only that it is none is shown. */
function reportSecretText(key: string, value: string, path: Path, report: Report): boolean {
  if (placeholderIn(value) === undefined) return false
  const hint = 'Replace it with your own value.'
  report({ rule: 'placeholder', message: `the value of "${key}" is a placeholder (it is not shown)`, path, hint })
  return true
}

function reportLineBreak(key: string, value: string, path: Path, report: Report): void {
  if (key !== HUB_TOKEN_KEY || !/[\r\n]$/.test(value)) return
  report({
    severity: 'warning',
    rule: 'trailing-newline',
    message: `the value of "${key}" ends with a line break`,
    path,
    hint: 'Encode it without one: printf %s "$TOKEN" | base64',
  })
}

const SECRET_PATH: Path = ['inference', 'preset', 'presetOptions', 'modelAccessSecret']
const CONFIG_PATH: Path = ['inference', 'config']

export function checkSecretReference(
  workspace: WorkspaceDocument,
  companions: readonly PlacedCompanion[],
  report: Report,
): void {
  const name = workspace.inference?.preset?.presetOptions?.modelAccessSecret
  const secret = referredTo(KINDS.secret.kind, name, SECRET_PATH, workspace, companions, report)
  if (name === undefined || secret === undefined || keysOf(secret.object).includes(HUB_TOKEN_KEY)) return
  report({
    rule: 'missing-key',
    message: `Secret ${name} has no key ${HUB_TOKEN_KEY}`,
    path: SECRET_PATH,
    value: name,
    allowed: `a Secret with the key ${HUB_TOKEN_KEY} (it has: ${keysOf(secret.object).join(', ') || 'none'})`,
  })
}

/** The engine's flags, by its own names, in the ConfigMap of the same input: each where it stands. */
export function checkConfigReference(
  workspace: WorkspaceDocument,
  companions: readonly PlacedCompanion[],
  engines: Engines,
  report: Report,
  problems: Problem[],
): ReadonlyMap<string, LocatedField> {
  const config = referredTo(
    KINDS.configMap.kind,
    workspace.inference?.config,
    CONFIG_PATH,
    workspace,
    companions,
    report,
  )
  if (config === undefined) return new Map()
  const read = readEngineConfig(config.object, workspace.metadata.annotations, engines)
  problems.push(...placedIn(config.doc, read))
  return new Map(
    [...read.places].map(([name, { path, at }]) => [
      name,
      { file: config.doc.file, ...config.doc.placeInside(['data', CONFIG_KEY], at), path },
    ]),
  )
}

function placedIn(doc: SourceDocument, { problems }: EngineConfig): Problem[] {
  return problems.map((each) => {
    const at = { line: each.line ?? 1, column: each.column ?? 1 }
    return { ...each, file: doc.file, ...doc.placeInside(['data', CONFIG_KEY], at) }
  })
}

/** What the workspace names in the same input. Pods read Secrets and ConfigMaps of their own namespace alone. */
function referredTo(
  kind: string,
  name: string | undefined,
  path: Path,
  workspace: WorkspaceDocument,
  companions: readonly PlacedCompanion[],
  report: Report,
): PlacedCompanion | undefined {
  const named = companions.filter(({ object }) => object.kind === kind && object.metadata.name === name)
  const { namespace } = workspace.metadata
  const here = named.find(({ object }) => isReachable(object.metadata.namespace, namespace))
  const [elsewhere] = named
  if (here !== undefined || elsewhere === undefined || name === undefined) return here
  report({
    rule: 'other-namespace',
    message: `${kind} ${name} is in namespace ${elsewhere.object.metadata.namespace}, and the workspace in ${namespace}`,
    path,
    value: name,
    allowed: `a ${kind} of namespace ${namespace}: pods read no other`,
    hint: `Set metadata.namespace of ${kind} ${name} to ${namespace}.`,
  })
  return undefined
}

function keysOf(secret: KubeObject): string[] {
  return [...Object.keys((secret['data'] ?? {}) as object), ...Object.keys((secret['stringData'] ?? {}) as object)]
}

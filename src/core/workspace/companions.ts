/** Secrets, ConfigMaps and PVCs beside a workspace: checked as far as a workspace depends on them. Values never show. */
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import type { Problem } from '../problem.ts'
import type { SourceDocument } from './documents.ts'
import { CONFIG_KEY, readEngineConfig } from './engine-config.ts'
import type { Engines } from './engine-traits.ts'
import type { Report } from './issues.ts'
import type { WorkspaceDocument } from './schema.ts'

export interface PlacedCompanion {
  object: KubeObject
  doc: SourceDocument
  report: Report
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function checkSecretData({ object, report }: PlacedCompanion): void {
  for (const [key, value] of Object.entries((object['data'] ?? {}) as Record<string, string>)) {
    if (BASE64.test(value.replace(/\s/g, ''))) continue
    report({
      rule: 'not-base64',
      message: `the value of "${key}" is not base64 (the value is not shown)`,
      path: ['data', key],
      hint: 'Put plain text under stringData instead of data.',
    })
  }
}

/** What one workspace names among the companions of the same input. */
export function checkReferences(
  workspace: WorkspaceDocument,
  companions: readonly PlacedCompanion[],
  engines: Engines,
  report: Report,
  problems: Problem[],
): void {
  const secretName = workspace.inference?.preset?.presetOptions?.modelAccessSecret
  const secret = companions.find(
    ({ object }) => object.kind === KINDS.secret.kind && object.metadata.name === secretName,
  )
  if (secret !== undefined && !keysOf(secret.object).includes('HF_TOKEN')) {
    report({
      rule: 'missing-key',
      message: `Secret ${secretName} has no key HF_TOKEN`,
      path: ['inference', 'preset', 'presetOptions', 'modelAccessSecret'],
      ...(secretName === undefined ? {} : { value: secretName }),
      allowed: `a Secret with the key HF_TOKEN (it has: ${keysOf(secret.object).join(', ') || 'none'})`,
    })
  }
  const config = companions.find(
    ({ object }) => object.kind === KINDS.configMap.kind && object.metadata.name === workspace.inference?.config,
  )
  if (config === undefined) return
  const { line: start, column } = config.doc.placeOf(['data', CONFIG_KEY])
  for (const problem of readEngineConfig(config.object, workspace.metadata.annotations, engines).problems) {
    // A block scalar's text starts on the line after its indicator.
    problems.push({ ...problem, file: config.doc.file, line: start + (problem.line ?? 0), column })
  }
}

function keysOf(secret: KubeObject): string[] {
  return [...Object.keys((secret['data'] ?? {}) as object), ...Object.keys((secret['stringData'] ?? {}) as object)]
}

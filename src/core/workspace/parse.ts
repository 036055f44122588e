import { parse } from 'yaml'
import { workspaceFromName } from './from-name.ts'
import type { ParseResult, SourceText } from './spec.ts'
/** Thin, until the real one lands. */
export function parseWorkspaces(sources: SourceText[]): ParseResult {
  const workspaces = sources.map(({ text }) => {
    const doc = parse(text) as any
    const body = (doc.spec ?? doc) as { resource?: { instanceType?: string }; inference: { preset: { name: string } } }
    const spec = workspaceFromName(body.inference.preset.name)
    return { ...spec, name: doc.metadata.name, resource: { ...spec.resource, ...(body.resource?.instanceType ? { instanceType: body.resource.instanceType } : {}) } }
  })
  return { input: { workspaces, companions: [] }, problems: [] }
}

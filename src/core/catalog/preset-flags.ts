/** The flags that belong to a model, for one engine. */
import type { ModelPreset } from './schema.ts'

/** @param section the name under which the engine finds them. */
export function presetFlags(model: ModelPreset, section: string): Readonly<Record<string, string | number | boolean>> {
  const sections = model as Readonly<Record<string, unknown>>
  return (sections[section] ?? {}) as Readonly<Record<string, string | number | boolean>>
}

/** What holds for `preset` in inference and in tuning alike. */
import { type Advice, advice, setting } from '../../advice.ts'
import type { Report } from '../issues.ts'
import type { WorkspaceDocument } from '../schema.ts'

type Preset = NonNullable<NonNullable<WorkspaceDocument['inference']>['preset']>

export function checkPreset(preset: Preset, path: readonly string[], report: Report): void {
  const parts = preset.name.split('/')
  if (parts.length > 2 || parts.some((part) => part === '' || /\s/.test(part))) {
    report({
      rule: 'bad-name',
      message: 'not the name of a model',
      path: [...path, 'name'],
      value: preset.name,
      allowed: 'a preset such as mistral-7b-instruct, or org/model',
    })
  }
  if (preset.accessMode !== undefined) deprecated([...path, 'accessMode'], 'it has no effect', report)
  if (preset.presetOptions?.image !== undefined)
    deprecated([...path, 'presetOptions', 'image'], advice`use ${setting('image')}`, report)
}

export function deprecated(path: readonly string[], why: Advice, report: Report): void {
  report({
    severity: 'warning',
    rule: 'deprecated',
    message: advice`this field is deprecated: ${why}`,
    path,
    atKey: true,
  })
}

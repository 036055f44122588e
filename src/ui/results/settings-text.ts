/** What a deploy changes of what was said and chosen before, and what it keeps. */
import type { SettingChange } from '#core/plan/setting-changes.ts'
import type { Settings } from '#core/plan/settings.ts'

/** Where the flag is called otherwise than its setting. */
const FLAGS: Partial<Record<keyof Settings, string>> = {
  engineArgs: '--engine-arg',
  imagePullSecrets: '--image-pull-secret',
  ownNodes: '--byo',
  patches: '--patch',
}

export function formatSettingChange({ setting, from, to }: SettingChange): string {
  return `${setting} ${from} -> ${to}`
}

/** As facts of a plan; none where nothing changes and nothing is kept. */
export function settingFacts(
  changes: readonly SettingChange[],
  kept: readonly (keyof Settings)[] = [],
): [string, string][] {
  const flags = kept.map((key) => FLAGS[key] ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  return [
    ...(changes.length === 0
      ? []
      : [['changes', changes.map(formatSettingChange).join(', ')] satisfies [string, string]]),
    ...(flags.length === 0
      ? []
      : [['kept', `${flags.join(', ')} of an earlier deploy; --reset forgets them`] satisfies [string, string]]),
  ]
}

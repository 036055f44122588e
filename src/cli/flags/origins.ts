/** `--verbose`: where each value came from, and what it won over. */
import type { Command } from 'commander'
import type { EventBody } from '#core/events.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { GlobalOptions } from './options.ts'
import type { WorkspaceOptions } from './workspace-options.ts'

type Emit = (event: EventBody) => void

const SOURCES: Readonly<Record<string, string>> = {
  cli: 'from the command line',
  env: 'from the environment',
  config: 'from the config file',
}

/** Everything that is not a default. No flag holds a secret: tokens come from files and variables, which are only named. */
export function tellSources(commands: readonly Command[], emit: Emit): void {
  const told = new Set<string>()
  for (const command of commands) {
    for (const option of command.options) {
      const key = option.attributeName()
      const detail = SOURCES[command.getOptionValueSource(key) ?? '']
      if (detail === undefined || told.has(key)) continue
      told.add(key)
      tell(option.long ?? key, command.getOptionValue(key), detail, emit)
    }
  }
}

/** What the files say otherwise. */
export function tellOverridden(
  specs: readonly WorkspaceSpec[],
  flags: WorkspaceOptions,
  { options, emit }: { options: GlobalOptions; emit: Emit },
): void {
  if (!options.verbose) return
  for (const { name, namespace, resource, inference } of specs) {
    const values = [
      ['--instance-type', flags.instanceType, resource.instanceType],
      ['--image', flags.image, inference?.preset?.image],
      ['--model-access-secret', flags.modelAccessSecret, inference?.preset?.modelAccessSecret],
      ['--namespace', options.namespace, namespace],
    ] as const
    for (const [flag, given, inFile] of values) {
      if (given !== undefined && inFile !== undefined && given !== inFile)
        tell(flag, given, `overrides ${inFile} in the file of ${name}`, emit)
    }
  }
}

function tell(flag: string, value: unknown, detail: string, emit: Emit): void {
  const state = typeof value === 'string' ? value : JSON.stringify(value)
  emit({ type: 'step.progress', phase: 'spec', subject: flag, state, detail })
}

/** `--verbose`: where each value came from, and what it won over. */
import type { Command } from 'commander'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Session } from '../session.ts'
import type { WorkspaceOptions } from './options.ts'

const SOURCES: Readonly<Record<string, string>> = {
  cli: 'from the command line',
  env: 'from the environment',
}

/** Everything that is not a default. No flag holds a secret: tokens come from files and variables, which are only named. */
export function tellSources(commands: readonly Command[], session: Session): void {
  const told = new Set<string>()
  for (const command of commands) {
    for (const option of command.options) {
      const key = option.attributeName()
      const detail = SOURCES[command.getOptionValueSource(key) ?? '']
      if (detail === undefined || told.has(key)) continue
      told.add(key)
      tell(option.long ?? key, command.getOptionValue(key), detail, session)
    }
  }
}

/** What the files say otherwise. */
export function tellOverridden(specs: readonly WorkspaceSpec[], flags: WorkspaceOptions, session: Session): void {
  if (!session.options.verbose) return
  for (const { name, namespace, resource, inference } of specs) {
    const values = [
      ['--instance-type', flags.instanceType, resource.instanceType],
      ['--image', flags.image, inference?.preset?.image],
      ['--model-access-secret', flags.modelAccessSecret, inference?.preset?.modelAccessSecret],
      ['--namespace', session.options.namespace, namespace],
    ] as const
    for (const [flag, given, inFile] of values) {
      if (given !== undefined && inFile !== undefined && given !== inFile)
        tell(flag, given, `wins over ${inFile} in the file of ${name}`, session)
    }
  }
}

function tell(flag: string, value: unknown, detail: string, session: Session): void {
  const state = typeof value === 'string' ? value : JSON.stringify(value)
  session.emit({ type: 'step.progress', phase: 'spec', subject: flag, state, detail })
}

/** Flags of every command, declared once: name, environment variable, meaning. */
import { type Command, Option } from 'commander'
import { Flag } from './flag.ts'
import { parseDuration, parseNamespace, parseNumber } from './values.ts'

export const OUTPUTS = ['text', 'json', 'yaml', 'name'] as const
/** Forms of the result that single commands have besides. */
const REPORTS = ['wide', 'markdown', 'sarif', 'junit'] as const
export type Report = (typeof REPORTS)[number]
export type Output = (typeof OUTPUTS)[number] | Report

/** Values of the global flags; absent = not given. */
export interface GlobalOptions {
  context?: string
  kubeconfig?: string
  namespace?: string
  /** Who says the namespace: a workspace file comes between the environment and the config file. */
  namespaceFrom?: string
  output: Output
  /** By -o, and not by a variable or the config file, which are a wish for all commands. */
  isOutputTyped?: boolean
  /** Milliseconds. */
  timeout?: number
  yes: boolean
  quiet: boolean
  verbose: boolean
  color: boolean
  progress?: 'tty' | 'plain' | 'json'
  presets?: string
  sandbox?: boolean
  sandboxSpeed?: number
  /** URL, or `none`. */
  sandboxEngine?: string
  /** Of deploy: a name, or `none`. */
  drill?: string
}

export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(
      new Flag('--config <file>', 'config file with defaults for flags (default: ~/.config/kaito/config.yaml)').env(
        'KAITO_CONFIG',
      ),
    )
    .addOption(new Flag('--context <name>', 'kubeconfig context to use').env('KAITO_CONTEXT'))
    .addOption(
      new Flag('--kubeconfig <file>', 'kubeconfig file to use (default: $KUBECONFIG, then ~/.kube/config)').env(
        'KAITO_KUBECONFIG',
      ),
    )
    .addOption(
      new Flag('-n, --namespace <name>', "namespace to use (default: the context's)")
        .argParser(parseNamespace)
        .env('KAITO_NAMESPACE'),
    )
    .addOption(
      new Flag(
        '-o, --output <format>',
        'output format: text, json, yaml or name; status also has wide, plan markdown, lint sarif and junit',
      )
        .choices([...OUTPUTS, ...REPORTS])
        .default('text')
        .env('KAITO_OUTPUT'),
    )
    .addOption(
      new Flag('--timeout <duration>', 'give up after this long: 90s, 45m, 2h; 0 means no limit')
        .argParser(parseDuration)
        .env('KAITO_TIMEOUT'),
    )
    .addOption(
      new Flag('-y, --yes', 'answer yes: create or delete node pools without asking').default(false).env('KAITO_YES'),
    )
    .addOption(new Flag('-q, --quiet', 'print only errors, and what -o asks for').default(false).env('KAITO_QUIET'))
    .addOption(
      new Flag(
        '--verbose',
        'print more: where each setting came from, every object and check, raw responses and stack traces',
      )
        .default(false)
        .env('KAITO_VERBOSE'),
    )
    .addOption(new Option('--no-color', 'disable color (also: NO_COLOR)'))
    .addOption(
      new Flag('--progress <form>', 'progress format on stderr (default: tty on a terminal, otherwise plain)')
        .choices(['tty', 'plain', 'json'])
        .env('KAITO_PROGRESS'),
    )
    .addOption(new Flag('--presets <path>', 'your own model presets: a file or a directory').env('KAITO_PRESETS'))
    .addOption(
      new Flag('--sandbox', 'use a simulated cluster and cloud on this machine: no account, no cost').env(
        'KAITO_SANDBOX',
      ),
    )
    .addOption(
      new Flag(
        '--sandbox-speed <factor>',
        'how much faster than real time the sandbox runs (default: as before, initially 60)',
      )
        .argParser(parseNumber)
        .env('KAITO_SANDBOX_SPEED'),
    )
    .addOption(
      new Flag(
        '--sandbox-engine <url>',
        'OpenAI-compatible server that answers in the sandbox, for example http://127.0.0.1:11434/v1; none: scripted answers',
      ).env('KAITO_SANDBOX_ENGINE'),
    )
}

export function wantsSandbox({ sandbox, drill, sandboxSpeed, sandboxEngine }: GlobalOptions): boolean {
  const isRehearsed = drill !== undefined && drill !== 'none'
  return sandbox === true || isRehearsed || sandboxSpeed !== undefined || sandboxEngine !== undefined
}

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
      new Flag('--config <file>', 'defaults for flags (default: ~/.config/kaito/config.yaml)').env('KAITO_CONFIG'),
    )
    .addOption(new Flag('--context <name>', 'kubeconfig context to use').env('KAITO_CONTEXT'))
    .addOption(
      new Flag('--kubeconfig <file>', 'kubeconfig file to use (default: KUBECONFIG, then ~/.kube/config)').env(
        'KAITO_KUBECONFIG',
      ),
    )
    .addOption(
      new Flag('-n, --namespace <name>', "namespace (default: the context's)")
        .argParser(parseNamespace)
        .env('KAITO_NAMESPACE'),
    )
    .addOption(
      new Flag(
        '-o, --output <format>',
        'form of the result on stdout: text, json, yaml or name; status also wide, plan also markdown, lint also sarif and junit',
      )
        .choices([...OUTPUTS, ...REPORTS])
        .default('text')
        .env('KAITO_OUTPUT'),
    )
    .addOption(
      new Flag('--timeout <duration>', 'end the whole command after this long: 90s, 45m, 2h; 0: never')
        .argParser(parseDuration)
        .env('KAITO_TIMEOUT'),
    )
    .addOption(
      new Flag('-y, --yes', 'answer yes: create or delete node pools without asking').default(false).env('KAITO_YES'),
    )
    .addOption(new Flag('-q, --quiet', 'only errors, and what -o asks for').default(false).env('KAITO_QUIET'))
    .addOption(
      new Flag('--verbose', 'more detail: where each setting came from, raw answers and stacks in errors')
        .default(false)
        .env('KAITO_VERBOSE'),
    )
    .addOption(new Option('--no-color', 'no colour (also: NO_COLOR)'))
    .addOption(
      new Flag('--progress <form>', 'form of the progress on stderr (default: tty on a terminal, else plain)')
        .choices(['tty', 'plain', 'json'])
        .env('KAITO_PROGRESS'),
    )
    .addOption(
      new Flag('--presets <path>', "one's own model presets: a file, or a folder of them").env('KAITO_PRESETS'),
    )
    .addOption(
      new Flag('--sandbox', 'use the simulated cluster and cloud on this machine: no account, no cost').env(
        'KAITO_SANDBOX',
      ),
    )
    .addOption(
      new Flag('--sandbox-speed <factor>', 'how many times faster the sandbox lives (default: as before, at first 60)')
        .argParser(parseNumber)
        .env('KAITO_SANDBOX_SPEED'),
    )
    .addOption(
      new Flag(
        '--sandbox-engine <url>',
        'an OpenAI-compatible server, http://127.0.0.1:11434/v1, that answers in the sandbox; none: scripted again',
      ).env('KAITO_SANDBOX_ENGINE'),
    )
}

export function wantsSandbox({ sandbox, drill, sandboxSpeed, sandboxEngine }: GlobalOptions): boolean {
  const isRehearsed = drill !== undefined && drill !== 'none'
  return sandbox === true || isRehearsed || sandboxSpeed !== undefined || sandboxEngine !== undefined
}

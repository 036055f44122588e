/** Of the commands that work on several workspaces at once. */
import type { Command } from 'commander'

export interface SeveralOptions {
  waitLock: boolean
  failFast: boolean
}

export function addSeveralOptions(command: Command): Command {
  return command
    .option('--wait-lock', 'when another run holds the workspace, wait for it', false)
    .option('--fail-fast', 'of several workspaces: stop the others when one fails (default: all are tried)', false)
}

/** What has become of several is told to people also when nothing has come of any. */
export function isTable(ends: readonly unknown[], { options }: { options: { output: string } }): boolean {
  return ends.length > 1 && options.output === 'text'
}

/** Of the commands that work on several workspaces at once. */
import type { Command } from 'commander'

export interface SeveralOptions {
  waitLock: boolean
  failFast: boolean
}

export function addSeveralOptions(command: Command): Command {
  return addWaitLock(command).option(
    '--fail-fast',
    'with several workspaces: stop the others when one fails (default: all are tried)',
    false,
  )
}

export function addWaitLock(command: Command): Command {
  return command.option('--wait-lock', 'wait if another run holds the lock', false)
}

/** Do the commands say one thing of one state? Where they do not: who differs from status, and how. */
import type { Verdict, Verdicts } from './verdict.ts'

/** Whoever asks the endpoint may find what nobody sees who does not. */
const ASKED = ['WRONG_MODEL', 'NOT_ANSWERING']
/** Refused before it has come to judge what runs. */
const REFUSED = ['PERMISSION_DENIED', 'PREFLIGHT_REFUSED', 'CONFLICT']

export function disagreements(verdicts: Verdicts): string[] {
  const { status, watch, wait, deploy } = verdicts
  return [
    ...(isSame(status, watch, ['exit', 'phase', 'message', 'code', 'reason', 'hint'])
      ? []
      : ['watch shows another status']),
    ...compared('wait', status, wait),
    ...(isVerdict(deploy, status) ? compared('deploy', status, deploy) : []),
    ...(isVerdict(deploy, status) && deploy.code !== 'LOCKED' ? ofBoth(wait, deploy) : []),
  ]
}

/** What is about to change something, or is at work on nodes, tells of what it does; where there is nothing, it would begin. */
function isVerdict({ changes, during, code = '' }: Verdict, status: Verdict): boolean {
  return changes === undefined && during !== 'provision' && !REFUSED.includes(code) && status.code !== 'NOT_FOUND'
}

/** With what status shows. */
function compared(command: string, status: Verdict, end: Verdict): string[] {
  const { phase, message = '' } = status
  const isUp = phase === 'Ready' || phase === 'Stopped'
  // Whose lock it is, status says of what is not Ready.
  if (end.code === 'LOCKED')
    return isUp || message.includes(' by process ') ? [] : [`${command} is locked out by whom status does not name`]
  if (phase === undefined)
    return isSame(status, end, ['exit', 'code', 'message', 'hint']) ? [] : [`${command} ends with another error`]
  if (end.exit === 0) return isUp ? [] : [`${command} ends with 0, and status shows ${phase}`]
  if (end.waits !== undefined) {
    if (phase !== 'Progressing') return [`${command} waits, and status shows ${phase}`]
    return message === end.waits || message.startsWith(`${end.waits}; `) || message.startsWith(`${end.waits}: `)
      ? []
      : [`${command} waits in other words`]
  }
  if (isUp && ASKED.includes(end.code ?? '')) return []
  if (phase !== 'Failed') return [`${command} ends with ${end.code}, and status shows ${phase}`]
  return message === end.message || message === statusOf(end) ? [] : [`${command} fails in other words`]
}

/** An error names the workspace, which is a column of a status, and its hint stands apart. */
function statusOf({ message = '', hint = '' }: Verdict): string {
  const says = message.replace(/^Workspace \S+ in namespace \S+: (.*)\.$/, '$1')
  return `${says}${says.includes(': ') ? '; ' : ': '}${hint.charAt(0).toLowerCase()}${hint.slice(1)}`
}

/** A deploy also tells what it leaves behind. */
function ofBoth(wait: Verdict, deploy: Verdict): string[] {
  const isAlike = isSame(wait, deploy, ['exit', 'waits', 'code', 'message', 'reason'])
  return isAlike && adviceOf(wait) === adviceOf(deploy) ? [] : ['deploy and wait end differently']
}

/** A wait names the deploy to run, where a deploy says that it is to be run again with something. */
function adviceOf({ hint = '' }: Verdict): string {
  return hint.replace(/run the same command again with/i, 'deploy').replace(/run: kaito deploy \S+ -n \S+/i, 'deploy')
}

function isSame(one: Verdict, other: Verdict, keys: readonly (keyof Verdict)[]): boolean {
  return keys.every((key) => one[key] === other[key])
}

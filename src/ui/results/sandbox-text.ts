/** The sandbox for people: does it run, and how to look into it. */
import type { SandboxResult } from '#core/results.ts'
import type { Colors } from '../text/colors.ts'
import { plural } from '../text/figures.ts'
import { formatFacts } from '../text/table.ts'

export function formatSandbox(result: SandboxResult, { bold, green, dim }: Colors): string[] {
  if (!result.isRunning) return [describeEnd(result.ended, green('✓'))]
  const { settings, nodes, pods, workspaces, kubeconfig, pid, startedAt } = result
  return [
    `${green('✓')} ${bold('The sandbox is running')} (simulated; nothing in it is billed)`,
    ...formatFacts(
      [
        ['holds', `${plural(workspaces.length, 'workspace')}, ${plural(nodes, 'node')}, ${plural(pods, 'pod')}`],
        ['since', `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)}Z`],
        ['time', settings.speed === 1 ? 'real time' : `${settings.speed} times faster`],
        ['answers', settings.engine ?? 'scripted'],
        ['drill', settings.drill ?? 'none'],
        ['process', String(pid)],
      ],
      dim,
    ),
    '',
    bold('Look into it'),
    `  export KAITO_SANDBOX=1               # kaito uses it, as with --sandbox`,
    `  export KUBECONFIG=${kubeconfig}`,
  ]
}

function describeEnd(ended: 'stopped' | 'forgotten' | undefined, mark: string): string {
  if (ended === 'stopped')
    return `${mark} The sandbox is stopped; what was in it is kept. Continue with: kaito sandbox up`
  if (ended === 'forgotten') return `${mark} The sandbox is stopped, and all that was in it is forgotten.`
  return 'No sandbox is running. Start it: kaito sandbox up, or add --sandbox to any command.'
}

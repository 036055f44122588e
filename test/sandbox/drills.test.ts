/** Every drill: the right code, soon, and a transcript that reads like help. `--update` rewrites the transcripts. */
import type { ChildProcess } from 'node:child_process'
import { describe, it } from 'vitest'
import { ERRORS } from '#core/error-table.ts'
import { DRILLS } from '#sandbox/drills.ts'
import { ownSandbox } from './sandbox.ts'
import { steady } from './steady.ts'

/** From the last news, which is the failure itself, or the begin of the wait whose budget is spent. */
const SOON_MS = 15_000
/** A deploy waits for an API server that starts anew. */
const PATIENT_MS = 30_000
const DELETE = ['delete', 'mistral-7b', '--yes']

/** Progress on what lasts for moments only. */
const MOMENTARY =
  /^ {2}Deployment\/mistral-7b: .*(ContainerCreating|CrashLoopBackOff|ended N times with exit code \d+.*)$/

function inOrder(text: string): string {
  const same = steady(text)
  // How often a state is seen, and how far a crash loop has come by then, depends on the moment.
  const seen = new Set<string>()
  return (
    same
      .split('\n')
      // Whether a state is seen that lasts for moments only depends on the moment.
      .filter((line) => !/still waiting/.test(line) && !MOMENTARY.test(line))
      .filter((line) => !line.startsWith('  Deployment/mistral-7b:') || (!seen.has(line) && seen.add(line)))
      .join('\n')
      .trim()
  )
}

// Side by side, each in a sandbox of its own: they spend their time waiting.
describe.concurrent.each(DRILLS)('$name', ({ name, says, code, apiServer, atDelete }) => {
  it(`ends with ${code ?? 'success'}`, async ({ expect, onTestFinished }) => {
    const sandbox = ownSandbox()
    onTestFinished(() => sandbox.end())
    const args = ['deploy', 'mistral-7b', '--yes', '--drill', name]
    let lastMs = performance.now()
    const watch = (child: ChildProcess): void => {
      child.stderr?.on('data', (text: Buffer) => {
        if (!/^✗/m.test(text.toString())) lastMs = performance.now()
      })
    }
    const done = await sandbox.run(args, { onStart: watch })
    const tookMs = performance.now() - lastMs
    expect(done.code, done.stderr).toBe(code === undefined ? 0 : ERRORS[code].exit)
    if (code !== undefined) expect(done.stderr).toContain(`[${code}]`)
    expect(tookMs, 'from the last news to the end').toBeLessThan(apiServer === undefined ? SOON_MS : PATIENT_MS)
    const gone = atDelete === undefined ? undefined : await sandbox.run(DELETE)
    if (atDelete !== undefined) expect(gone?.code, gone?.stderr).toBe(ERRORS[atDelete].exit)
    const page = [
      `# Drill: ${name}`,
      '',
      `${says[0]?.toUpperCase()}${says.slice(1)}.`,
      '',
      '```console',
      `$ kaito ${args.join(' ')}`,
      inOrder(`${done.stderr}${done.stdout}`),
      `$ echo $?`,
      String(done.code),
      ...(gone === undefined
        ? []
        : [`$ kaito ${DELETE.join(' ')}`, inOrder(gone.stderr), '$ echo $?', String(gone.code)]),
      '```',
      '',
    ].join('\n')
    await expect(page).toMatchFileSnapshot(`drills/${name}.md`)
  })
})

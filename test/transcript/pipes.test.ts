/** Readers that leave before everything is written. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runKaito } from '../support/run-kaito.ts'

/** Nobody reads `closed` from the start. */
async function cut(args: string, closed: 'stdout' | 'stderr'): Promise<{ code: number | null; rest: string }> {
  const { PATH = '' } = process.env
  const env = { PATH, HOME: mkdtempSync(join(tmpdir(), 'kaito-')), CI: 'true' }
  const done = await runKaito(args.split(' '), env, { onStart: (child) => child[closed]?.destroy() })
  return { code: done.code, rest: closed === 'stdout' ? done.stderr : done.stdout }
}

it.each(['render mistral-7b --cloud azure', '--help', '--version', 'completion bash'])(
  '%s without a reader of stdout ends quietly',
  async (args) => {
    expect(await cut(args, 'stdout')).toEqual({ code: 0, rest: '' })
  },
)

it('without a reader of stderr the result comes, and a failure keeps its exit code', async () => {
  const { code, rest } = await cut('render mistral-7b --byo', 'stderr')
  expect(code).toBe(0)
  expect(rest).toContain('kind: Deployment')
  expect(await cut('render no-such-model --byo', 'stderr')).toEqual({ code: 2, rest: '' })
})

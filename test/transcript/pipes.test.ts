/** Readers that leave before everything is written. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const KAITO = fileURLToPath(new URL('../../bin/kaito.js', import.meta.url))

/** Nobody reads `closed` from the start. */
function cut(args: string, closed: 'stdout' | 'stderr'): Promise<{ code: number | null; rest: string }> {
  const { PATH = '' } = process.env
  const env = { PATH, HOME: mkdtempSync(join(tmpdir(), 'kaito-')), CI: 'true' }
  const child = spawn(process.execPath, [KAITO, ...args.split(' ')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const other = closed === 'stdout' ? child.stderr : child.stdout
  const parts: string[] = []
  child[closed].destroy()
  other.setEncoding('utf8').on('data', (text: string) => parts.push(text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, rest: parts.join('') })))
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

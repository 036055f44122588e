/** The values that the sandbox's engine refuses, asked of the real vLLM: the same end, in the same words. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plainly, REFUSED, TAKEN } from '../../contract/vllm-values.ts'
import { MODEL, ROOT, VENV } from '../starter/places.ts'

type Answer = { ok: true } | { ok: false; exit: number; words: string }

function start(argvs: readonly (readonly string[])[]): Answer[] {
  const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'argv.json')
  writeFileSync(file, JSON.stringify(argvs.map((args) => [`--model=${MODEL}`, ...args])))
  const script = join(ROOT, 'test/cluster/engine/check-start.py')
  const env = { ...process.env, HF_HUB_OFFLINE: '1', VLLM_NO_USAGE_STATS: '1', VLLM_CPU_KVCACHE_SPACE: '1' }
  const out = execFileSync(join(VENV, 'bin/python'), [script, file], { encoding: 'utf8', env })
  return out
    .split('\n')
    .filter((line) => line.startsWith('{"ok"'))
    .map((line) => JSON.parse(line) as Answer)
}

const answers = start([...REFUSED.map(({ args }) => args), ...TAKEN])

describe('the real vLLM', () => {
  it('has answered', () => expect(answers).toHaveLength(REFUSED.length + TAKEN.length))

  it.each(REFUSED.map((row, index) => [row.args.join(' '), row, answers[index]] as const))(
    'refuses %s',
    (_args, { exit, words }, answer) => {
      expect(answer).toMatchObject({ ok: false, exit })
      expect(plainly(answer?.ok === false ? answer.words : '')).toContain(words)
    },
  )

  it.each(TAKEN.map((args, index) => [args.join(' '), answers[REFUSED.length + index]] as const))(
    'takes %s',
    (_args, answer) => expect(answer).toEqual({ ok: true }),
  )
})

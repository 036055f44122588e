/** What people type who know other tools: refused, and told how it is said here. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { kaito } from './run.ts'

it.each([
  ['version', 'kaito --version'],
  ['get', 'kaito status'],
  ['models', 'Models: deepseek-r1-distill-llama-8b, '],
  ['deploy mistral-7b --dry-run=client', 'kaito plan, or kaito deploy --dry-run'],
  ['plan mistral-7b --dry-run', 'kaito plan, or kaito deploy --dry-run'],
  ['deploy mistral-7b --tensor-parallel-size 2', '--engine-arg tensor-parallel-size=2'],
  ['plan mistral-7b --max-num-seqs=64', '--engine-arg max-num-seqs=64'],
  ['chat chat-a Why is it', "kaito chat chat-a -p 'Why is it'"],
])('%s', async (args, words) => {
  const text = await kaito(args.split(' '))
  expect(text.code).toBe(2)
  expect(text.stderr).toContain(words)
  const json = await kaito([...args.split(' '), '-o', 'json'])
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'USAGE', hint: expect.stringContaining(words) })
})

it.each([
  ['lint nope.yaml', 'kaito lint -f workspace.yaml'],
  ['deploy -f .', 'kaito deploy -f workspace.yaml'],
  ['render -f nope.yaml', 'kaito render -f workspace.yaml'],
  ['delete', 'kaito delete mistral-7b'],
])('%s: the advice has its own verb', async (args, words) => {
  const { code, stderr } = await kaito(args.split(' '), { cwd: mkdtempSync(join(tmpdir(), 'kaito-')) })
  expect(code).toBe(2)
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words)
})

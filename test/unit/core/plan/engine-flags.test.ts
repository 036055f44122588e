import { describe, expect, it } from 'vitest'
import type { FlagTable } from '#core/catalog/schema.ts'
import { checkEngineFlags, flagErrors, twiceErrors } from '#core/plan/engine-flags.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { engine, rows } from './fixtures.ts'

const [TABLE] = rows.engines as [FlagTable]

const problemsOf = (args: Record<string, Scalar>): string[] =>
  flagErrors(engine, args, [TABLE], false).map(({ message }) => message)

describe('engine flags', () => {
  it.each([
    { 'max-num-seqs': 64 },
    { 'max-num-seqs': '64' },
    { 'enable-prefix-caching': true },
    { 'enable-prefix-caching': false },
    { 'no-enable-prefix-caching': true },
    { 'kv-cache-dtype': 'fp8' },
    { 'chat-template': '/etc/template.jinja' },
    { 'compilation-config.mode': 3 },
    { 'max-model-len': '32K' },
    { 'gpu-memory-utilization': 1 },
    { quantization: 'FP8' },
    { 'tool-call-parser': 'mine' },
    { 'enable-auto-tool-choice': true, 'tool-call-parser': 'mine', 'tool-parser-plugin': '/plugins/mine.py' },
    { 'limit-mm-per-prompt': '{"image": 1}' },
  ])('%o is taken', (args) => {
    expect(problemsOf(args)).toEqual([])
  })

  it.each([
    { args: { 'max-num-seq': 64 }, says: 'unknown flag --max-num-seq.' },
    { args: { 'rope-theta': 4 }, says: '--rope-theta was removed in 0.11.1' },
    { args: { 'max-num-seqs': 'many' }, says: '--max-num-seqs takes a whole number, not "many"' },
    { args: { 'max-num-seqs': true }, says: '--max-num-seqs takes a whole number' },
    { args: { 'kv-cache-dtype': 'fp9' }, says: '--kv-cache-dtype takes one of auto,' },
    { args: { 'enable-prefix-caching': 'yes' }, says: '--enable-prefix-caching takes no value' },
    { args: { 'chat-template': true }, says: '--chat-template needs a value' },
    {
      args: { 'served-model-name': 'gpt-4 house-chat' },
      says: 'is one name, and "gpt-4 house-chat" has a blank in it',
    },
    { args: { 'gpu-memory-utilization': 1.5 }, says: 'takes a number above 0 and up to 1, not "1.5"' },
    { args: { 'max-num-seqs': 0 }, says: 'takes a whole number from 1, not "0"' },
    {
      args: { 'enable-auto-tool-choice': true, 'tool-call-parser': 'hermse' },
      says: '--tool-call-parser knows no "hermse"',
    },
    { args: { quantization: 'nonsense' }, says: '--quantization knows no "nonsense"' },
    { args: { 'enable-auto-tool-choice': true }, says: '--enable-auto-tool-choice needs --tool-call-parser' },
    {
      args: { 'max-num-batched-tokens': 16, 'max-num-seqs': '64' },
      says: '--max-num-batched-tokens=16 must not be below --max-num-seqs=64',
    },
    { args: { 'speculative-config': '{nope' }, says: '--speculative-config takes JSON, not "{nope"' },
    { args: { port: 9000 }, says: '--port cannot be set: the Service uses the port that kaito sets' },
    { args: { 'api-key': 'planted' }, says: '--api-key cannot be set: arguments can be read' },
  ])('$args is refused: $says', ({ args, says }) => {
    const [problem] = problemsOf(args as Record<string, Scalar>)
    expect(problem).toContain(says)
    expect(problem).not.toContain('planted')
  })

  it('each problem is told by itself, and knows its flag', () => {
    const errors = flagErrors(engine, { 'max-num-seq': 64, port: 1, seed: 'x' }, [TABLE], false)
    expect(errors.map(({ code, input }) => ({ code, input }))).toEqual(
      ['port', 'max-num-seq', 'seed'].map((flag) => ({ code: 'USAGE', input: { flag } })),
    )
    expect(errors[1]?.hint).toBe('Did you mean --max-num-seqs?')
  })

  it('one flag in two spellings is refused where it is there again', () => {
    const errors = twiceErrors(engine, { 'max-num-seqs': 8, max_num_seqs: 16, tp: 1, 'tensor-parallel-size': 2 })
    expect(errors.map(({ message }) => message)).toEqual([
      'max_num_seqs and max-num-seqs are two spellings of one flag.',
      'tensor-parallel-size and tp are two spellings of one flag.',
    ])
  })

  it('of another image the flags are not known: a warning; what kaito settles stays refused', () => {
    expect(checkEngineFlags(engine, { 'my-flag': 1, 'swap-space': 4 }, TABLE, true)).toMatchObject({
      args: { 'my-flag': 1, 'swap-space': 4 },
      warnings: [{ code: 'engine-flag' }, { code: 'engine-flag' }],
    })
    expect(() => checkEngineFlags(engine, { port: 1 }, TABLE, true)).toThrow('--port')
  })
})

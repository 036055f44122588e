/** Flags of earlier vLLM: each is gone from the release that is served with, and what stands in for it is there. */
import { describe, expect, it } from 'vitest'
import type { FlagTable } from '#core/catalog/schema.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import { RETIRED } from '#runtimes/vllm/retired-flags.ts'
import { rows } from '../core/plan/fixtures.ts'

const [TABLE] = rows.engines as [FlagTable]

const taken = (args: Record<string, Scalar>) => {
  const { args: now, told } = vllm.upToDate(args, TABLE)
  return { now, told: told.map(({ says }) => says), wrong: vllm.checkFlags(now, TABLE).wrong }
}

describe('flags of earlier vLLM', () => {
  it.each(Object.keys(RETIRED))('--%s is no flag of the version that is served with', (flag) => {
    expect(Object.keys(TABLE.flags)).not.toContain(flag)
  })

  it.each([
    ['swap-space', 4],
    ['num-scheduler-steps', 8],
    ['disable-log-requests', true],
    ['use-v2-block-manager', true],
    ['enable-reasoning', true],
    ['max-seq-len-to-capture', 8192],
  ])('--%s had its effect once: it is left out, and that is told', (flag, value) => {
    const { now, told, wrong } = taken({ [flag]: value, 'max-num-seqs': 8 })
    expect({ now, wrong }).toEqual({ now: { 'max-num-seqs': 8 }, wrong: [] })
    expect(told).toEqual([
      expect.stringMatching(new RegExp(`^--${flag} is left out: it was removed in 0\\.\\d+\\.\\d, and `)),
    ])
  })

  it.each([
    [{ 'guided-decoding-backend': 'outlines' }, { 'structured-outputs-config.backend': 'outlines' }],
    [{ task: 'generate' }, { runner: 'generate' }],
    [{ 'cuda-graph-sizes': 64 }, { 'cudagraph-capture-sizes': 64 }],
    [{ 'disable-mm-preprocessor-cache': true }, { 'mm-processor-cache-gb': 0 }],
    [{ 'enable-multimodal-encoder-data-parallel': true }, { 'mm-encoder-tp-mode': 'data' }],
    [{ 'num-redundant-experts': 2 }, { 'eplb-config.num_redundant_experts': 2 }],
  ])('%j is taken as %j', (old, now) => {
    expect(taken(old as Record<string, Scalar>)).toMatchObject({
      now,
      told: [expect.stringContaining('is set instead')],
      wrong: [],
    })
  })

  it.each([
    [{ 'rope-scaling': '{}' }, '--hf-overrides'],
    [{ task: 'embed' }, '--runner and --convert'],
    [{ 'guided-decoding-backend': 'outlines:no-fallback' }, '--structured-outputs-config.backend'],
    [{ 'speculative-model': 'x/y' }, '--speculative-config'],
    // With false, requests were logged.
    [{ 'disable-log-requests': false }, 'enable-log-requests'],
    // Both cannot be meant.
    [{ task: 'generate', runner: 'pooling' }, '--runner'],
  ])('%j is refused, with its successor', (args, successor) => {
    const { wrong, told } = taken(args as Record<string, Scalar>)
    expect(told).toEqual([])
    expect(wrong).toMatchObject([{ says: expect.stringMatching(/^--[\w-]+ was removed in 0\.\d+\.\d$/) }])
    expect(JSON.stringify(wrong)).toContain(successor)
  })

  it('what a successor is, is a flag of the version that is served with', () => {
    const successors = Object.values(RETIRED).flatMap(({ now }) =>
      now.is === 'renamed' ? [now.to.split('.')[0] ?? ''] : [],
    )
    expect(successors.length).toBeGreaterThan(5)
    for (const flag of successors) expect(Object.keys(TABLE.flags)).toContain(flag)
  })
})

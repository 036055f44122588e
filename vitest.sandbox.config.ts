import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { useOwnTemp } from './test/support/own-temp.ts'

useOwnTemp()

const reports = process.env['KAITO_TEST_REPORT']
const state = join(tmpdir(), `kaito-scenario-${process.pid}`)
process.env['KAITO_SCENARIO_STATE'] = state
/** Processes with clocks of their own on a shared machine: in CI a test that fails gets a second try, and the log says so. */
const retry = process.env['CI'] === undefined || process.env['KAITO_SWEEP'] === 'all' ? 0 : 1
const KILL = ['test/sandbox/kill/*.test.ts']
const times = { testTimeout: 120_000, hookTimeout: 60_000, retry }

/** The scenarios that also run on the test bed, here on the sandbox; and what the sandbox alone can show. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'scenario',
          include: ['test/scenario/**/*.test.ts'],
          env: { KAITO_SCENARIO_STATE: state },
          globalSetup: ['test/scenario/sandbox-up.ts'],
          // One sandbox for all of them, whose cloud is scripted.
          fileParallelism: false,
          ...times,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/sandbox/**/*.test.ts'],
          exclude: KILL,
          // Each has a sandbox of its own. After the others, which count on having the machine for themselves.
          sequence: { groupOrder: 1 },
          // They spend their time waiting.
          maxWorkers: 4,
          ...times,
        },
      },
      // It keeps the processors busy, so nothing with a clock runs beside it; one file alone leaves one of two idle.
      { test: { name: 'kill', include: KILL, sequence: { groupOrder: 3 }, maxWorkers: 2, ...times } },
      {
        test: {
          name: 'guards',
          include: ['test/guards/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          ...times,
        },
      },
    ],
    reporters: reports === undefined ? ['default'] : ['default', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `sandbox-${process.pid}.json`) } }),
  },
})

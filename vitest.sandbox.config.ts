import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const reports = process.env['KAITO_TEST_REPORT']
const state = join(tmpdir(), `kaito-scenario-${process.pid}`)
process.env['KAITO_SCENARIO_STATE'] = state

/** The scenarios that also run on the test bed, here on the sandbox; and what the sandbox alone can show. */
export default defineConfig({
  test: {
    include: ['test/scenario/**/*.test.ts', 'test/sandbox/**/*.test.ts'],
    env: { KAITO_SCENARIO_STATE: state },
    globalSetup: ['test/scenario/sandbox-up.ts'],
    // One sandbox for all of them, whose cloud is scripted.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: reports === undefined ? ['default'] : ['default', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `sandbox-${process.pid}.json`) } }),
  },
})

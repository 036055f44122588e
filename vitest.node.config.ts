import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { useOwnTemp } from './test/support/own-temp.ts'

useOwnTemp()

const reports = process.env['KAITO_TEST_REPORT']
/** Processes with clocks of their own on a shared machine: in CI a test that fails gets a second try, and the log says so. */
const retry = process.env['CI'] === undefined || process.env['KAITO_SWEEP'] === 'all' ? 0 : 1

/** The suites on a real kubelet; one at a time, because the node has two GPUs to give. */
export default defineConfig({
  test: {
    include: ['test/node/**/*.test.ts'],
    globalSetup: ['test/node/suite/no-other-gpus.ts'],
    fileParallelism: false,
    retry,
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
    reporters: reports === undefined ? ['verbose'] : ['verbose', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `node-${process.pid}.json`) } }),
  },
})

import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const reports = process.env['KAITO_TEST_REPORT']

/** The suites that need the test bed; one file at a time, because the bed's cloud and nodes are shared. */
export default defineConfig({
  test: {
    include: ['test/kube/**/*.test.ts', 'test/cluster/**/*.test.ts', 'test/scenario/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    reporters: reports === undefined ? ['verbose'] : ['verbose', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `cluster-${process.pid}.json`) } }),
  },
})

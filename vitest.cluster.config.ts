import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { useOwnTemp } from './test/support/own-temp.ts'

useOwnTemp()

const reports = process.env['KAITO_TEST_REPORT']
/** Processes with clocks of their own on a shared machine: in CI a test that fails gets a second try, and the log says so. */
const retry = process.env['CI'] === undefined || process.env['KAITO_SWEEP'] === 'all' ? 0 : 1

/** One file at a time, because the bed's cloud and nodes are shared. */
const alone = { fileParallelism: false, retry, testTimeout: 30 * 60_000, hookTimeout: 5 * 60_000 }

/** The suites that need the test bed. */
export default defineConfig({
  test: {
    reporters: reports === undefined ? ['verbose'] : ['verbose', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `cluster-${process.pid}.json`) } }),
    projects: [
      {
        test: {
          ...alone,
          name: 'cluster',
          include: ['test/kube/**/*.test.ts', 'test/cluster/**/*.test.ts', 'test/scenario/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...alone,
          // The same again with the rights of docs/rbac, and not as the bed's administrator.
          name: 'minimal-role',
          include: ['test/cluster/suite/{walk,using}.test.ts'],
          env: { KAITO_SUITE_ROLE: 'minimal' },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

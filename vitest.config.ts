import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { useOwnTemp } from './test/support/own-temp.ts'

useOwnTemp()

const reports = process.env['KAITO_TEST_REPORT']
/** Where the suites need a control plane or the sandbox: `npm run test:cluster`, `npm run test:sandbox`. */
const CLUSTER = [
  'test/kube/**/*.test.ts',
  'test/cluster/**/*.test.ts',
  'test/guards/**/*.test.ts',
  'test/node/**/*.test.ts',
  'test/sandbox/**/*.test.ts',
  'test/scenario/**/*.test.ts',
]

export default defineConfig({
  test: {
    // One JSON report per run, for whoever adds them up.
    reporters: reports === undefined ? ['default'] : ['default', 'json'],
    ...(reports === undefined ? {} : { outputFile: { json: join(reports, `vitest-${process.pid}.json`) } }),
    projects: [
      {
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...CLUSTER, 'test/transcript/**', 'test/contract/**'],
          // A property is tried many times, and on a machine that others use, too, that takes its time.
          testTimeout: 30_000,
        },
      },
      {
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        test: {
          name: 'transcript',
          include: ['test/transcript/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
})

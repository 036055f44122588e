/** What status and wait say is what deploy and delete have just said, or are doing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeEach(() => {
  sandbox = ownSandbox()
})
afterEach(() => sandbox.end())

const FAST = ['--sandbox-speed', '600']
const deploy = (...args: string[]) => ['deploy', 'mistral-7b', '--yes', ...args]

describe('after a deploy that failed', () => {
  it.each<[string, RegExp, string | undefined]>([
    ['quota', /^mistral-7b is Failed: its deploy did not finish: there is no node pool /, undefined],
    [
      'stock-out',
      /^mistral-7b is Failed: its deploy did not finish.* has failed in the cloud \(AllocationFailed/,
      '3.20',
    ],
    ['node-never-joins', /^mistral-7b is Failed: its deploy did not finish.* 0 of its 1 nodes are Ready/, '3.20'],
    ['gpu-not-allocatable', /^mistral-7b is Failed: its deploy did not finish.* no GPU can be allocated on /, '3.20'],
    ['gated-model', /^mistral-7b is Failed: .*The Hub refuses this token/, '3.20'],
    ['kv-cache-too-small', /^mistral-7b is Failed: .*does not fit the KV cache/, '3.20'],
    ['crash-loop', /^mistral-7b is Failed: .*ended \d+ times with exit code 1/, '3.20'],
  ])('%s: status says the same, at every look', async (drill, words, price) => {
    const failed = await sandbox.run(deploy('--drill', drill, ...FAST))
    expect(failed.code).not.toBe(0)
    for (let look = 0; look < 3; look += 1) {
      const { stdout } = await sandbox.run(['status', 'mistral-7b'])
      expect(stdout).toMatch(words)
      if (price === undefined) expect(stdout).not.toContain('per hour')
      else expect(stdout).toContain(`$${price} per hour`)
      if (drill === 'kv-cache-too-small')
        expect(stdout).toMatch(/next +Run: kaito deploy mistral-7b -n default --sandbox --max-model-len 16384, or/)
    }
  })
})

describe('while a run is at work', () => {
  it('status names it, wait waits for what it makes, and for what it takes away', async () => {
    const deploying = sandbox.start(...deploy('--sandbox-speed', '30'))
    await deploying.warns(/node pool mistr\w+: InProgress/)
    const { stdout } = await sandbox.run(['status', 'mistral-7b'])
    expect(stdout).toMatch(/^mistral-7b is Progressing: being deployed by process \d+ on \S+ since .* is being made/)
    const waited = await sandbox.run(['wait', 'mistral-7b'])
    expect(waited.code, waited.stderr).toBe(0)
    expect(waited.stderr).toContain('being deployed by process')
    await sandbox.run(['status', '--sandbox-speed', '20'])
    const deleting = sandbox.start('delete', 'mistral-7b', '--yes')
    await deleting.warns(/Deployment\/mistral-7b deleted/)
    expect((await sandbox.run(['status', 'mistral-7b'])).stdout).toMatch(
      /^mistral-7b is Progressing: being deleted by process/,
    )
    const gone = await sandbox.run(['wait', 'mistral-7b'])
    expect(gone.code, gone.stderr).toBe(5)
    expect(gone.stderr).toMatch(/being deleted by process[\s\S]*Workspace mistral-7b in namespace default was deleted/)
  })

  it('a deploy that Ctrl-C ended is left behind', async () => {
    const deploying = sandbox.start(...deploy('--sandbox-speed', '30'))
    await deploying.warns(/node pool mistr\w+: InProgress/)
    expect((await deploying.interrupt()).code).toBe(130)
    expect((await sandbox.run(['status', 'mistral-7b'])).stdout).toMatch(
      /^mistral-7b is Failed: its deploy did not finish: the node pool \w+ is being made in the cloud; run/,
    )
    const waited = await sandbox.run(['wait', 'mistral-7b'])
    expect(waited.code).toBe(5)
    expect(waited.stderr).toMatch(/kaito .*delete mistral-7b -n default --yes/)
  })

  it('status --watch tells of the node pool, says that it watches, and when it has changed', async () => {
    const watch = sandbox.start('status', '--watch')
    await watch.says(/^No workspaces/)
    const deploying = sandbox.start(...deploy('--sandbox-speed', '30'))
    await watch.says(
      /^--- \d\d:\d\d:\d\dZ\nNAMESPACE [\s\S]+\ndefault\/mistral-7b: being deployed .* is being made in the cloud/m,
    )
    expect(watch.warned()).toContain('Ctrl-C stops')
    await watch.interrupt()
    await deploying.interrupt()
  })
})

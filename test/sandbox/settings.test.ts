/** `sandbox up` and `sandbox status`: what they are told, and what they tell. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxResult } from '#core/results.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(() => {
  sandbox = ownSandbox()
})
afterAll(() => sandbox.end())

async function stateAfter(args: string[], env: Record<string, string> = {}) {
  const { stdout, stderr } = await sandbox.run(['sandbox', ...args, '-o', 'json'], { env })
  const result = JSON.parse(stdout || stderr) as SandboxResult
  if (!result.isRunning) throw new Error(stderr)
  return result
}

describe('sandbox up', () => {
  it('takes the speed of its flag, and of the environment', async () => {
    expect((await stateAfter(['up', '--sandbox-speed', '600'])).settings.speed).toBe(600)
    expect((await stateAfter(['up'], { KAITO_SANDBOX_SPEED: '2000' })).settings.speed).toBe(2000)
    expect((await stateAfter(['up'])).settings.speed).toBe(2000)
  })

  it('takes an engine that answers, refuses one that does not, and forgets it with none', async () => {
    const engine = createServer((_request, response) => response.end('{"data":[]}')).listen(0, '127.0.0.1')
    await new Promise((resolve) => engine.once('listening', resolve))
    const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`
    expect((await stateAfter(['up', '--sandbox-engine', url])).settings.engine).toBe(url)
    engine.close()
    engine.closeAllConnections()
    const dead = 'http://127.0.0.1:1/v1'
    for (const args of [['sandbox', 'up'], ['status']]) {
      const { code, stderr } = await sandbox.run([...args, '--sandbox-engine', dead])
      expect(code).toBe(2)
      expect(stderr).toContain(`no OpenAI-compatible server at ${dead}`)
    }
    expect((await stateAfter(['status'])).settings.engine).toBe(url)
    expect((await stateAfter(['up', '--sandbox-engine', 'none'])).settings.engine).toBeNull()
  })
})

describe('sandbox status', () => {
  it('counts a workspace whose pool has yet to come, and says since when it runs', async () => {
    const drill = ['deploy', 'mistral-7b', '--yes', '--drill', 'quota']
    expect((await sandbox.run(drill)).code).toBe(4)
    const { workspaces, pods, startedAt } = await stateAfter(['status'])
    expect({ workspaces, pods }).toEqual({ workspaces: ['default/mistral-7b'], pods: 0 })
    expect(Date.now() - Date.parse(startedAt)).toBeLessThan(120_000)
    const { stdout } = await sandbox.run(['sandbox', 'status'])
    expect(stdout).toMatch(/^ {2}since +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/m)
    expect(stdout).toMatch(/^ {2}holds +1 workspace, /m)
  })
})

describe('a drill', () => {
  it('of what is deployed already has rehearsed nothing, and says so', async () => {
    const deploy = ['deploy', 'mistral-7b', '--yes', '--drill']
    const first = await sandbox.run([...deploy, 'none'])
    expect(first.code, first.stderr).toBe(0)
    for (const drill of ['quota', 'slow-pull']) {
      const { code, stderr } = await sandbox.run([...deploy, drill])
      expect(code, stderr).toBe(0)
      expect(stderr).toMatch(new RegExp(`The drill ${drill} was not rehearsed: .*\\[drill-not-rehearsed\\]`))
    }
    const none = await sandbox.run([...deploy, 'none'])
    expect(none.stderr).not.toContain('drill-not-rehearsed')
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    const anew = await sandbox.run([...deploy, 'slow-pull'])
    expect(anew.stderr).not.toContain('drill-not-rehearsed')
  })
})

describe('that it is simulated', () => {
  it('is told at length where it is news or a drill is on, then in short, and not with -q', async () => {
    const said = async (...args: string[]): Promise<string> => (await sandbox.run(args)).stderr
    await said('deploy', 'mistral-7b', '--yes', '--drill', 'none')
    expect(await said('status', '--sandbox-speed', '1500')).toContain('nothing is billed; time runs 1500 times faster')
    const short = await said('status', '--sandbox-speed', '1500')
    expect(short).toMatch(/^\S+ ! The cluster is simulated\. \[sandbox\]\n$/)
    expect(await said('status', '-q')).toBe('')
  })
})

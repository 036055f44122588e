/** When the sandbox's process starts, whom it makes way for, and when it ends. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gone, type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeEach(() => {
  sandbox = ownSandbox()
})
afterEach(() => sandbox.end())

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Of this state folder. */
function serving(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`XDG_STATE_HOME=${sandbox.state}\0`)
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0sandbox\0serve\0')
      } catch {
        return false
      }
    })
    .map(Number)
}

function leave(name: string, text: string): void {
  mkdirSync(dirname(sandbox.file(name)), { recursive: true })
  writeFileSync(sandbox.file(name), text)
}

describe('the end', () => {
  it('sandbox down ends it under an open tunnel, and the next command starts another', async () => {
    expect((await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])).code).toBe(0)
    const tunnel = sandbox.start('endpoint', 'mistral-7b', '--forward', '--port', '0')
    await tunnel.says(/^http:/m)
    const { pid } = sandbox.process()
    const down = await sandbox.run(['sandbox', 'down'])
    expect(down.code, down.stderr).toBe(0)
    await gone(pid)
    expect(existsSync(sandbox.file('lock'))).toBe(false)
    expect((await sandbox.run(['status'])).code).toBe(0)
    await tunnel.interrupt()
  })

  it('a stop takes neither lock nor file of the process that came after', async () => {
    await sandbox.run(['sandbox', 'up'])
    const { pid } = sandbox.process()
    const [lock, file] = ['lock', 'process.json'].map((name) => readFileSync(sandbox.file(name), 'utf8'))
    const other = (text = '') => text.replace(`"pid":${pid}`, `"pid":${process.pid}`)
    writeFileSync(sandbox.file('lock'), other(lock))
    writeFileSync(sandbox.file('process.json'), other(file))
    process.kill(pid, 'SIGTERM')
    await gone(pid)
    expect(readFileSync(sandbox.file('lock'), 'utf8')).toBe(other(lock))
    expect(readFileSync(sandbox.file('process.json'), 'utf8')).toBe(other(file))
  })

  it('one that stands still for a while is there all the same: sandbox down ends it, and not before', async () => {
    await sandbox.run(['sandbox', 'up'])
    const { pid } = sandbox.process()
    process.kill(pid, 'SIGSTOP')
    const down = sandbox.run(['sandbox', 'down'])
    // Longer than somebody else's silence on its port is listened to.
    await pause(5_000)
    process.kill(pid, 'SIGCONT')
    expect((await down).stdout).toContain('stopped')
    await gone(pid)
  })

  it('it ends when nobody has asked for a while, and not under a watch', async () => {
    expect((await sandbox.run(['sandbox', 'up', '--idle', '6s'])).code).toBe(0)
    const { pid } = sandbox.process()
    const watch = sandbox.start('status', '--watch')
    await watch.says(/^No workspaces/)
    await pause(9_000)
    expect(serving()).toEqual([pid])
    await watch.interrupt()
    await gone(pid)
    expect(existsSync(sandbox.file('process.json'))).toBe(false)
  })
})

describe('the start', () => {
  it('several commands at once start one', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => sandbox.run(['status'])))
    expect(
      runs.map(({ code }) => code),
      runs.map(({ stderr }) => stderr).join(''),
    ).toEqual([0, 0, 0, 0])
    expect(runs.map(({ stdout }) => stdout).every((text) => text.includes('No workspaces'))).toBe(true)
    for (let tries = 0; serving().length > 1 && tries < 50; tries += 1) await pause(100)
    expect(serving()).toEqual([sandbox.process().pid])
  })

  it.each([
    ['of an earlier boot', JSON.stringify({ pid: process.pid, bootId: 'another', startTime: '1' })],
    ['of a pid that is another process now', JSON.stringify({ pid: process.pid, bootId: bootId(), startTime: '1' })],
    ['that was never written', ''],
  ])('a lock %s is nobody’s, for several at once too', async (_what, text) => {
    leave('lock', text)
    const runs = await Promise.all(Array.from({ length: 3 }, () => sandbox.run(['status'])))
    expect(
      runs.map(({ code }) => code),
      runs.map(({ stderr }) => stderr).join(''),
    ).toEqual([0, 0, 0])
    for (let tries = 0; serving().length > 1 && tries < 50; tries += 1) await pause(100)
    expect(serving()).toEqual([sandbox.process().pid])
  })

  it('what listens in silence on the port of a process that is gone holds nobody up; Ctrl-C ends the wait', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    leave('process.json', JSON.stringify({ pid: 1, version: '0', url, cloudEnv: {}, token: 'x' }))
    const interrupted = sandbox.start('status')
    await pause(1_000)
    expect((await interrupted.interrupt()).code).toBe(130)
    expect((await sandbox.run(['status'])).code).toBe(0)
    silent.close()
  })
})

describe('what is on disk', () => {
  it.each([
    ['state.json', '{"snapshot":'],
    ['state.json', '{"version":99,"snapshot":{"version":1,"objects":[]},"records":[]}'],
    ['cloud.json', ''],
  ])('%s that cannot be read: both are set aside and told, and it begins empty', async (name, text) => {
    const deploy = ['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000']
    expect((await sandbox.run(deploy)).code).toBe(0)
    await sandbox.run(['sandbox', 'down'])
    writeFileSync(sandbox.file(name), text)
    const { code, stdout, stderr } = await sandbox.run(['status'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('No workspaces')
    for (const each of ['state.json', 'cloud.json']) {
      expect(stderr.replace(/\s+/g, '')).toContain(sandbox.file(`${each}.broken`))
      expect(readFileSync(sandbox.file('log'), 'utf8')).toContain(sandbox.file(`${each}.broken`))
    }
    expect(readFileSync(sandbox.file(`${name}.broken`), 'utf8')).toBe(text)
    expect((await sandbox.run(['status'])).stderr).not.toContain('broken')
    expect((await sandbox.run(deploy)).code).toBe(0)
  })

  it('a drill that there is no more is forgotten', async () => {
    await sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', 'quota'])
    await sandbox.run(['sandbox', 'down'])
    const saved = readFileSync(sandbox.file('state.json'), 'utf8')
    writeFileSync(sandbox.file('state.json'), saved.replace('"drill":"quota"', '"drill":"earthquake"'))
    expect((await sandbox.run(['status'])).code).toBe(0)
    expect((await sandbox.run(['sandbox', 'status', '-o', 'json'])).stdout).toContain('"drill": null')
  })

  it('a start that fails leaves neither process nor lock', async () => {
    // What a folder cannot be written as.
    mkdirSync(sandbox.file('process.json.new'), { recursive: true })
    const failed = sandbox.start('status')
    const said = () => (existsSync(sandbox.file('log')) ? readFileSync(sandbox.file('log'), 'utf8') : '')
    for (let tries = 0; !said().includes('EISDIR') && tries < 100; tries += 1) await pause(100)
    for (let tries = 0; serving().length > 0 && tries < 100; tries += 1) await pause(100)
    expect(said()).toContain('EISDIR')
    expect(serving()).toEqual([])
    expect(existsSync(sandbox.file('lock'))).toBe(false)
    expect((await failed.interrupt()).code).toBe(130)
    rmSync(sandbox.file('process.json.new'), { recursive: true })
    expect((await sandbox.run(['status'])).code).toBe(0)
  })

  it('a disk that takes nothing is told in the log, and the sandbox goes on', async () => {
    for (const name of ['state.json.new', 'cloud.json.new']) mkdirSync(sandbox.file(name), { recursive: true })
    const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '2000'])
    expect(done.code, done.stderr).toBe(0)
    expect(readFileSync(sandbox.file('log'), 'utf8')).toMatch(
      /EISDIR.*cloud\.json[\s\S]*EISDIR.*state\.json|EISDIR.*state\.json[\s\S]*EISDIR.*cloud\.json/,
    )
  })
})

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

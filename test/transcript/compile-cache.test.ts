/** Node's compile cache holds code that runs as whoever reads it: it stands where nobody else can write, or nowhere. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { KAITO, runProgram } from '../support/run-kaito.ts'

let [home, shared, cache] = ['', '', '']
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kaito-home-'))
  // As /tmp is: everybody may make a folder in it.
  shared = mkdtempSync(join(tmpdir(), 'kaito-shared-'))
  chmodSync(shared, 0o1777)
  cache = join(home, '.cache/kaito')
})

const version = async (env: Record<string, string> = {}, ...node: string[]) => {
  const { code, stdout, stderr } = await runProgram([process.execPath, ...node, KAITO, '--version'], {
    HOME: home,
    TMPDIR: shared,
    ...env,
  })
  return { code, stderr, isVersion: /^\d+\.\d+\.\d+\n$/.test(stdout) }
}
const WORKS = { code: 0, stderr: '', isVersion: true }
const isUsed = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0

it('is kept in a folder of the user’s own, and not in the temporary one that all share', async () => {
  expect(await version()).toEqual(WORKS)
  expect([isUsed(cache), readdirSync(shared)]).toEqual([true, []])
})

it('follows XDG_CACHE_HOME', async () => {
  const own = join(home, 'own')
  expect(await version({ XDG_CACHE_HOME: own })).toEqual(WORKS)
  expect([isUsed(join(own, 'kaito')), existsSync(cache)]).toEqual([true, false])
})

it.each([
  ['may be written by others', () => chmodSync(cache, 0o777)],
  ['may be read by others', () => chmodSync(cache, 0o755)],
  ['lies below one that others may write to', () => chmodSync(dirname(cache), 0o777)],
])('is off when its folder %s', async (_, spoil) => {
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  spoil()
  expect(await version()).toEqual(WORKS)
  expect([isUsed(cache), readdirSync(shared)]).toEqual([false, []])
})

it('is off when its folder belongs to another user, who made it first', async () => {
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  const somebody = join(home, 'somebody.cjs')
  writeFileSync(somebody, 'process.getuid = () => 54321')
  expect(await version({}, '--require', somebody)).toEqual(WORKS)
  expect([isUsed(cache), readdirSync(shared)]).toEqual([false, []])
})

it('is off when a link leads to where others may write', async () => {
  const trap = mkdtempSync(join(shared, 'trap-'))
  chmodSync(trap, 0o777)
  mkdirSync(dirname(cache))
  symlinkSync(trap, cache)
  expect(await version()).toEqual(WORKS)
  expect(isUsed(trap)).toBe(false)
})

it('is off when there is no place for it', async () => {
  expect(await version({ HOME: '/nonexistent' })).toEqual(WORKS)
  expect(await version({ HOME: '/dev/null' })).toEqual(WORKS)
  expect(readdirSync(shared)).toEqual([])
})

/** A workspace file leads delete where it led deploy: the same namespace, and no other cluster. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'kaito-files-'))
let namespace = ''
let elsewhere = ''
let pools: string[] = []
const run = (...args: string[]) => kaito([...args, '--yes', '-o', 'json', '--progress', 'json'], { env: direct })

function write(name: string, annotations: Record<string, string> = {}): string {
  const file = join(folder, `${name}.yaml`)
  writeFileSync(file, workspaceText({ name: 'filed', namespace, annotations }))
  return file
}

beforeAll(async () => {
  namespace = await createNamespace()
  elsewhere = await createNamespace()
  pools = await cloudPools()
  const done = await run('deploy', '-f', write('plain'))
  expect(done.code, done.stderr).toBe(0)
})
afterAll(async () => {
  await run('delete', 'filed', '-n', namespace)
  await deleteNamespace(namespace)
  await deleteNamespace(elsewhere)
  rmSync(folder, { recursive: true, force: true })
})

describe('delete -f', () => {
  it('refuses a file that is pinned to another cluster, and removes nothing', async () => {
    const refused = await run('delete', '-f', write('pinned', { 'kaito.sh/cluster': 'prod-eu' }))
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toContain('prod-eu')
    expect(await cloudPools()).not.toEqual(pools)
  })

  it('--namespace wins over the file', async () => {
    const { code, stderr } = await run('delete', '-f', write('plain'), '-n', elsewhere)
    expect(code, stderr).toBe(5)
    expect(stderr).toContain(`There is no workspace filed in namespace ${elsewhere}.`)
    expect(await cloudPools()).not.toEqual(pools)
  })

  it("takes the workspace of the file's namespace away, pool and all, and has said before where that is", async () => {
    const { code, stdout, stderr } = await run('delete', '-f', write('plain'))
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ target: { namespace }, pool: { change: 'deleted' } })
    expect(await cloudPools()).toEqual(pools)
    const said = stderr.split('\n').filter((line) => line.startsWith('{'))
    const types = said.map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toContain('target')
    expect(types.indexOf('target')).toBeLessThan(types.indexOf('object.applied'))
  })

  it('a name beside a file is refused, as it is by deploy', async () => {
    expect((await run('delete', 'mistral-7b', '-f', write('plain'))).code).toBe(2)
  })
})

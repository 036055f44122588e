/** One name, one workspace: no name is bent in silence, a long one is found by both of its names, and no two workspaces share an object. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bentName } from '#core/workspace/name-of-0-1-0.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { api, cloudPools, createNamespace, deleteNamespace, direct, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'

const LONG = 'support-desk-conversation-model-for-the-nordic-region-staging-x'
const SHORT = 'support-desk-conversation-model-for-the-0a825fb92e'

const folder = mkdtempSync(join(tmpdir(), 'kaito-names-'))
let namespace = ''
let pools: string[] = []
const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: direct })

function file(name: string, model: string, more: object = {}): string {
  const path = join(folder, `${name}-${model}.yaml`)
  writeFileSync(path, workspaceText({ name, ...more }, model))
  return path
}

async function configMaps(): Promise<string[]> {
  return Object.keys(await inventory(namespace)).filter((key) => key.startsWith('configmaps/') && !key.endsWith('.crt'))
}

beforeAll(async () => {
  namespace = await createNamespace()
  pools = await cloudPools()
})
afterAll(async () => {
  await run('delete', 'm-7b-chat', '--yes')
  expect(await cloudPools()).toEqual(pools)
  await deleteNamespace(namespace)
  rmSync(folder, { recursive: true, force: true })
})

describe('names that are none', () => {
  it.each([
    ['7b-chat', 'm-7b-chat'],
    ['2024', 'm-2024'],
    ['qwen3_8b', 'qwen3-8b'],
    ['Chat', 'chat'],
    ['qwen2.5-coder', 'qwen2-5-coder'],
  ])('%s is refused with %s to type, in a file and with --name, before anything is made', async (name, legal) => {
    const inFile = await run('deploy', '-f', file(name, 'mistral-7b'), '--yes')
    expect(inFile.code).toBe(2)
    expect(inFile.stderr).toMatch(/:4:\d+: error: metadata\.name: .*\[bad-name\]/)
    expect(inFile.stderr).toContain(`name: ${legal}\n`)
    const byFlag = await run('deploy', 'mistral-7b', '--name', name, '--yes')
    expect(byFlag.code).toBe(2)
    expect(byFlag.stderr).toContain(`--name ${legal}\n`)
    expect(await configMaps()).toEqual([])
  })

  it('of two workspaces, whose names 0.1.0 made one of, neither is deployed', async () => {
    const both = ['-f', file('7b-chat', 'mistral-7b'), '-f', file('m-7b-chat', 'qwen3-8b')]
    expect((await run('lint', ...both)).code).toBe(2)
    expect((await run('deploy', ...both, '--yes')).code).toBe(2)
    expect(await configMaps()).toEqual([])
  })

  it('two workspaces of two namespaces are not put into one by -n', async () => {
    const args = [
      ...['-f', file('chat', 'mistral-7b', { namespace: 'team-a' })],
      ...['-f', file('chat', 'qwen3-8b', { namespace: 'team-b' })],
    ]
    expect((await kaito(['lint', ...args], { env: direct })).code).toBe(0)
    const linted = await run('lint', ...args)
    expect(linted.code).toBe(2)
    expect(linted.stdout).toContain('[duplicate-name]')
    const deployed = await run('deploy', ...args, '--yes')
    expect(deployed.code).toBe(2)
    expect(deployed.stderr).toContain(`Two workspaces in the input are named chat in namespace ${namespace}`)
    const rendered = await kaito(['render', ...args, '--cloud', 'azure', '-o', 'name'], { env: direct })
    expect(rendered.stdout.match(/^Deployment\/chat$/gm)).toHaveLength(2)
  })
})

describe('a name of 63 characters', () => {
  const path = file(LONG, 'mistral-7b', { labels: { team: 'nordic' } })

  it('is shortened, which is said at its line and in the plan', async () => {
    const linted = await run('lint', '-f', path)
    expect(linted.code).toBe(0)
    expect(linted.stdout).toMatch(/:4:\d+: warning: .*\[name-shortened\]/)
    const planned = await run('plan', '-f', path)
    expect(planned.stdout + planned.stderr).toContain(SHORT)
  })

  it('is deployed, asked, found and deleted by either name', async () => {
    const deployed = await run('deploy', '-f', path, '--yes')
    expect(deployed.code, deployed.stderr).toBe(0)
    for (const name of [LONG, SHORT]) {
      const status = await run('status', name, '-o', 'json')
      expect(JSON.parse(status.stdout).workspaces[0]).toMatchObject({
        workspace: SHORT,
        fullName: LONG,
        phase: 'Ready',
      })
      expect((await run('endpoint', name, '-o', 'name')).stdout).toBe(`http://${SHORT}.${namespace}.svc/v1\n`)
      expect((await run('logs', name, '--tail', '1')).code).toBe(0)
    }
    for (const selector of ['team=nordic', 'team in (nordic, baltic)', 'team,!env'])
      expect((await run('status', '-l', selector, '-o', 'name')).stdout).toBe(`Workspace/${SHORT}\n`)
    expect((await run('status', '-l', 'team!=nordic', '-o', 'name')).stdout).toBe('')
    expect((await run('status', LONG)).stdout).toContain(`full name  ${LONG}`)
    const again = await run('deploy', '-f', path, '--yes', '-o', 'json')
    expect(JSON.parse(again.stdout).changes.every(({ change }: { change: string }) => change === 'unchanged')).toBe(
      true,
    )
    const taken = await run('deploy', 'qwen3-8b', '--name', SHORT, '--yes')
    expect(taken.code).toBe(2)
    expect(taken.stderr).toContain('kaito shortens long names to this form')
    const gone = await run('delete', LONG, '--yes')
    expect(gone.code, gone.stderr).toBe(0)
    expect(await configMaps()).toEqual([])
  })
})

/** Its root names it as kaito 0.1.0 had it named. */
async function rename(objectName: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${objectName}-kaito`
  const { body } = await api<{ data: Record<string, string> }>('GET', path)
  const spec = JSON.parse(body.data['spec.json'] ?? '{}') as object
  const data = { ...body.data, 'spec.json': JSON.stringify({ ...spec, name }) }
  expect((await api('PUT', path, { ...body, data })).status).toBe(200)
}

describe('a workspace that 0.1.0 deployed under a bent name', () => {
  it('is no other workspace: another model of that name is refused, the same one goes on', async () => {
    expect((await run('deploy', 'mistral-7b', '--name', 'm-7b-chat', '--yes')).code).toBe(0)
    await rename('m-7b-chat', '7b-chat')
    const status = await run('status', 'm-7b-chat', '-o', 'json')
    expect(JSON.parse(status.stdout).workspaces[0]).toMatchObject({ workspace: 'm-7b-chat', fullName: '7b-chat' })
    for (const verb of ['plan', 'deploy']) {
      const other = await run(verb, '-f', file('m-7b-chat', 'qwen3-8b'), '--yes')
      expect(other.code).toBe(5)
      expect(other.stderr).toContain('is another workspace: 7b-chat, which serves mistral-7b')
    }
    const same = await run('deploy', 'mistral-7b', '--name', 'm-7b-chat', '--yes', '-o', 'json')
    expect(same.code, same.stderr).toBe(0)
    expect(JSON.parse(same.stdout).changes.every(({ change }: { change: string }) => change === 'unchanged')).toBe(true)
  })

  it('is found by the name that it was given, and by no other that bends to the same', async () => {
    await rename('m-7b-chat', '7b-chat')
    for (const args of [['7b-chat'], ['7b-chat', '-A']]) {
      const status = await kaito(['status', ...args, ...(args.length === 1 ? ['-n', namespace] : []), '-o', 'json'], {
        env: direct,
      })
      expect(JSON.parse(status.stdout).workspaces).toMatchObject([{ workspace: 'm-7b-chat', fullName: '7b-chat' }])
    }
    expect((await run('endpoint', '7b-chat', '-o', 'name')).stdout).toBe(`http://m-7b-chat.${namespace}.svc/v1\n`)
    expect((await run('status', '7B-chat')).code).toBe(5)
    expect((await run('delete', '7b_chat', '--yes')).code).toBe(5)
  })

  it('is deleted by that name', async () => {
    const gone = await run('delete', '7b-chat', '--yes')
    expect(gone.code, gone.stderr).toBe(0)
    expect(await configMaps()).toEqual([])
  })
})

describe('a workspace that 0.1.0 deployed under a name of 63 characters', () => {
  it('is found and deleted by that name, also by its file', async () => {
    const cut = bentName(LONG, SHIPPED_ENGINES)
    for (const way of [[LONG], ['-f', file(LONG, 'mistral-7b')]]) {
      const deployed = await run('deploy', 'mistral-7b', '--name', cut, '--yes')
      expect(deployed.code, deployed.stderr).toBe(0)
      await rename(cut, LONG)
      expect((await run('endpoint', LONG, '-o', 'name')).stdout).toBe(`http://${cut}.${namespace}.svc/v1\n`)
      const gone = await run('delete', ...way, '--yes')
      expect(gone.code, gone.stderr).toBe(0)
      expect(await configMaps()).toEqual([])
    }
  })
})

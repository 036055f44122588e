/** The sandbox as a process: it starts by itself, survives, forgets on demand, and keeps its secrets. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { gone, type OwnSandbox, ownSandbox } from './sandbox.ts'

interface Kubeconfig {
  clusters: { cluster: { server: string } }[]
}

let sandbox: OwnSandbox
beforeEach(() => {
  sandbox = ownSandbox()
})
afterEach(() => sandbox.end())

const FAST = ['--sandbox-speed', '2000']
const file = (name: string): string => join(sandbox.state, 'kaito/sandbox', name)
const pidOf = (): number => (JSON.parse(readFileSync(file('process.json'), 'utf8')) as { pid: number }).pid
const phaseOf = async (): Promise<string | undefined> => {
  const { stdout } = await sandbox.run(['status', 'mistral-7b', '-o', 'json'])
  return stdout === '' ? undefined : (JSON.parse(stdout) as { workspaces: { phase: string }[] }).workspaces[0]?.phase
}

describe('the process', () => {
  it('what it holds outlives it: after a kill -9 and after a stop, the next command sees the workspace', async () => {
    expect((await sandbox.run(['deploy', 'mistral-7b', '--yes', ...FAST])).code).toBe(0)
    // Everything is on disk a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500))
    const pid = pidOf()
    process.kill(pid, 'SIGKILL')
    await gone(pid)
    expect(await phaseOf()).toBe('Ready')
    expect(pidOf()).not.toBe(pid)
    const down = await sandbox.run(['sandbox', 'down'])
    expect({ code: down.code, says: down.stdout }).toEqual({ code: 0, says: expect.stringContaining('is kept') })
    expect((await sandbox.run(['sandbox', 'down'])).stdout).toContain('No sandbox is running')
    expect(existsSync(file('process.json'))).toBe(false)
    expect((await sandbox.run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    const left = JSON.parse((await sandbox.run(['sandbox', 'status', '-o', 'json'])).stdout) as object
    expect(left).toMatchObject({ isRunning: true, workspaces: [], nodes: 1, pods: 0 })
  })

  it('reset forgets', async () => {
    expect((await sandbox.run(['deploy', 'mistral-7b', '--yes', ...FAST])).code).toBe(0)
    expect((await sandbox.run(['sandbox', 'reset'])).stdout).toContain('all that was in it is forgotten')
    expect((await sandbox.run(['status', '-o', 'json'])).stdout).toContain('"workspaces": []')
  })

  it('its files are for their owner only, its token is in no process list, and nobody without it gets in', async () => {
    await sandbox.run(['sandbox', 'up'])
    for (const name of ['process.json', 'kubeconfig', 'kubectl.kubeconfig', 'state.json'].filter((each) =>
      existsSync(file(each)),
    ))
      expect(statSync(file(name)).mode & 0o077, name).toBe(0)
    const { pid, url, armUrl, token } = sandbox.process()
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(token)
    expect((await fetch(`${url}/api/v1/secrets`)).status).toBe(401)
    expect((await fetch(`${url}/_sandbox/state`)).status).toBe(401)
    const cloud = new URL(armUrl).origin
    const path = '/subscriptions/x?api-version=2026-01-01'
    const headers = { authorization: 'Bearer any' }
    expect((await fetch(cloud + path, { headers })).status).toBe(401)
    expect((await fetch(armUrl + path, { headers })).status).toBe(404)
    // What a page in a browser sends, even one that knows the token.
    const page = { headers: { ...headers, origin: 'http://pages.example.com' } }
    expect((await fetch(armUrl + path, page)).status).toBe(403)
    const script = { method: 'POST', body: '{"next":"quota"}' }
    expect((await fetch(`${url}/_sandbox/cloud`, script)).status).toBe(401)
  })

  it('kubectl, which sends no token over plain HTTP, finds its way by the path of its kubeconfig', async () => {
    expect((await sandbox.run(['deploy', 'mistral-7b', '--yes', ...FAST])).code).toBe(0)
    const { clusters } = parse(readFileSync(file('kubectl.kubeconfig'), 'utf8')) as Kubeconfig
    const server = clusters[0]?.cluster.server ?? ''
    const ask = async (path: string): Promise<unknown> => (await fetch(`${server}${path}`)).json()
    expect(await ask('/api')).toMatchObject({ versions: ['v1'] })
    expect(await ask('/apis')).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ name: 'apps' })]),
    })
    const { resources } = (await ask('/apis/apps/v1')) as { resources: { name: string }[] }
    expect(resources.map(({ name }) => name)).toEqual(['daemonsets', 'deployments', 'replicasets', 'statefulsets'])
    expect(await ask('/apis/apps/v1/statefulsets')).toMatchObject({ kind: 'StatefulSetList', items: [] })
    const { items } = (await ask('/api/v1/namespaces/default/pods')) as { items: object[] }
    expect(items).toHaveLength(1)
    expect((await fetch(`${new URL(server).origin}/wrong/api/v1/pods`)).status).toBe(401)
  })

  it('a failure ends with commands for the sandbox, not for the cluster that the shell knows', async () => {
    const failed = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--drill', 'crash-loop', ...FAST])
    expect(failed.code).toBe(6)
    expect(failed.stderr).toContain(`kubectl --kubeconfig ${file('kubectl.kubeconfig')} describe pod`)
    expect(failed.stderr).toContain('kaito logs mistral-7b -n default --sandbox')
    expect((await sandbox.run(['--sandbox', 'logs', 'mistral-7b', '-n', 'default', '--previous'])).code).toBe(0)
  })

  it.each([
    [['--drill', 'none', '--context', 'other'], '--context names another cluster than the sandbox'],
    [['--sandbox-engine', 'ftp://x'], 'the engine must be an http or https URL'],
    [['--drill', 'earthquake'], "argument 'earthquake' is invalid"],
  ])('%j is refused in words', async (args, words) => {
    const refused = await sandbox.run(['deploy', 'mistral-7b', '--yes', ...args])
    expect(refused.code).toBe(2)
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(words)
  })

  it('a proxy of the environment is not asked for the way to this machine', async () => {
    const proxies = {
      HTTP_PROXY: 'http://127.0.0.1:1',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
    }
    const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', ...FAST], { env: proxies })
    expect(done.code, done.stderr).toBe(0)
  })

  it('everything says that it is simulated', async () => {
    const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', ...FAST])
    expect(done.stderr).toContain('simulated')
    expect(done.stdout).toMatch(/^✓ mistral-7b answers: 1\/1 replicas verified in .* \(simulated\)$/m)
    const { stdout } = await sandbox.run(['status', 'mistral-7b', '-o', 'json'])
    const status = JSON.parse(stdout) as { target: object; workspaces: { nodes: { name: string }[] }[] }
    expect(status.target).toMatchObject({ isSimulated: true, context: 'kaito-sandbox' })
    expect(status.workspaces[0]?.nodes[0]?.name).toContain('simulated')
    const answer = await sandbox.run(['chat', 'mistral-7b', '-p', 'Hello'])
    expect(answer.stdout).toContain('no model ran')
  })
})

/** Where files come from: addresses, folders below folders; and short flags as kubectl's users write them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const workspace = (name: string): string => `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: ${name} }
inference: { preset: { name: mistral-7b-instruct } }
`

const dir = mkdtempSync(join(tmpdir(), 'kaito-sources-'))
const run = (args: string, env: Record<string, string> = {}): Promise<Run> =>
  kaito(args.split(' '), { cwd: dir, env: { XDG_STATE_HOME: dir, ...env } })
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What Node says of a folder that is another user's. */
const LOCKED = `const fs = require('node:fs')
const { readdirSync } = fs
fs.readdirSync = (folder, ...how) => {
  if (String(folder).endsWith('locked')) throw Object.assign(new Error('EACCES: permission denied, scandir ' + folder), { code: 'EACCES' })
  return readdirSync(folder, ...how)
}
`

describe('folders below a folder', () => {
  beforeAll(() => {
    for (const folder of ['models/team/deep', 'models/.git', 'models/empty'])
      mkdirSync(join(dir, folder), { recursive: true })
    writeFileSync(join(dir, 'models/top.yaml'), workspace('top'))
    writeFileSync(join(dir, 'models/team/deep/deep.yml'), workspace('deep'))
    writeFileSync(join(dir, 'models/.git/hidden.yaml'), workspace('hidden'))
    symlinkSync('..', join(dir, 'models/team/round'))
  })

  it('are told when they are not read', async () => {
    const { code, stdout } = await run('lint -f models')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^models\/team: warning: this directory is skipped \[folder-not-read\]$/m)
    expect(stdout).not.toMatch(/empty|\.git/)
    expect((await run('render --byo -f models')).stderr).toContain('models/team: this directory is skipped')
  })

  it('of which one may not be looked into keep nobody from the rest', async () => {
    mkdirSync(join(dir, 'guarded/locked/below'), { recursive: true })
    writeFileSync(join(dir, 'guarded/top.yaml'), workspace('top'))
    // root may look into every folder.
    const hook = join(dir, 'locked.cjs')
    writeFileSync(hook, LOCKED)
    const env = { NODE_OPTIONS: `--require ${hook}` }
    const { code, stdout, stderr } = await run('lint -f guarded', env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/ in top\n$/)
    expect(stdout).not.toContain('locked')
    const refused = await run('lint -R -f guarded', env)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('Cannot read guarded. [USAGE]')
    expect(refused.stderr).toContain('EACCES')
  })

  it.each(['-R -f models', '-f=models -R', '--recursive -f models'])(
    'are read with %s, and no circle is followed',
    async (args) => {
      const { code, stdout, stderr } = await run(`lint ${args} -o=name`)
      expect(code, stderr).toBe(0)
      expect(stdout).toBe('Workspace/top\nWorkspace/deep\n')
    },
  )
})

describe('short flags with an equals sign', () => {
  it('are the same as without', async () => {
    const { code, stdout, stderr } = await run('render mistral-7b --byo -n=team-a -o=json')
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).items[0].metadata.namespace).toBe('team-a')
    expect((await run('render mistral-7b --byo -qo=name')).stdout).toContain('Deployment/mistral-7b')
  })

  it.each(['-n =x', '-n Team', '--namespace=-a', '--namespace=a.b', `-n ${'a'.repeat(64)}`])(
    'a namespace that no cluster can have is refused: %s',
    async (flag) => {
      const { code, stderr } = await run(`status ${flag}`)
      expect(code).toBe(2)
      expect(stderr).toContain('Expected a namespace name')
    },
  )

  it('of the environment, too', async () => {
    const { code, stderr } = await run('status', { KAITO_NAMESPACE: '=x' })
    expect(code).toBe(2)
    expect(stderr).toContain('KAITO_NAMESPACE is "=x"')
  })
})

describe('an address', () => {
  const answers: Record<string, { status?: number; type?: string; to?: string; body?: string }> = {
    '/one.yaml': { body: workspace('one') },
    '/moved.yaml': { status: 302, to: '/one.yaml' },
    '/down.yaml': { status: 302, to: 'http://127.0.0.1:1/one.yaml' },
    '/round.yaml': { status: 302, to: '/round.yaml' },
    '/page.yaml': { type: 'text/html; charset=utf-8', body: '<html>' },
    '/long.yaml': { body: `# ${'x'.repeat(2 * 1024 * 1024)}` },
    '/broken.yaml': { status: 500 },
    '/bad.yaml': { body: workspace('Bad_Name') },
  }
  let server: Server
  let base = ''
  beforeAll(async () => {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    )
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      const { status = 200, type = 'text/plain', to, body = '' } = answers[request.url ?? ''] ?? { status: 404 }
      response.writeHead(status, { 'content-type': type, ...(to === undefined ? {} : { location: to }) }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `https://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  const read = (path: string) => run(`lint -f ${base}${path}`, { NODE_EXTRA_CA_CERTS: join(dir, 'cert.pem') })

  it.each(['/one.yaml', '/moved.yaml'])('is read over https, and shown: %s', async (path) => {
    const { code, stdout, stderr } = await read(path)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/ in one\n$/)
    expect(stderr).toContain(`${base}${path}: read`)
  })

  it('is named where something of it is wrong', async () => {
    const { code, stdout } = await read('/bad.yaml')
    expect(code).toBe(2)
    expect(stdout).toContain(`${base}/bad.yaml:3:19: error`)
  })

  it.each([
    ['/down.yaml', 2, 'it redirects to http://127.0.0.1:1'],
    ['/round.yaml', 5, 'it redirects too many times'],
    ['/page.yaml', 2, 'this is a web page'],
    ['/long.yaml', 2, 'it is larger than 1048576 bytes'],
    ['/broken.yaml', 5, 'the server answers 500'],
    ['/none.yaml', 5, 'the server answers 404'],
  ])('that is no such file is refused: %s', async (path, exit, says) => {
    const { code, stdout, stderr } = await read(path)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('over http is refused, and one that nobody vouches for as well', async () => {
    const plain = await run('lint -f http://127.0.0.1:1/one.yaml')
    expect(plain.code).toBe(2)
    expect(plain.stderr).toContain('only https is read')
    const unknown = await run(`lint -f ${base}/one.yaml`)
    expect(unknown.code).toBe(5)
    expect(unknown.stderr).toMatch(/self[- ]signed certificate/)
  })

  it('without -f is told how to give it', async () => {
    const { code, stderr } = await run('plan https://localhost:1/one.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('-f https://localhost:1/one.yaml')
  })
})

/** An API server and a plugin that repeat what they were given: none of it is printed. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeApi, startFakeApi, writeKubeconfig } from './fake-api.ts'
import { kaito } from './run.ts'

const plant = (n: number): string => `planted${String(n).padStart(2, '0')}Zq8sW3xYt`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const isForbidden = (url: string): boolean => /^\/api\/v1\/(nodes|pods|namespaces\/kube-system)(\?|$)/.test(url)
const dir = mkdtempSync(join(tmpdir(), 'kaito-'))

const WORKSPACE = `apiVersion: v1
kind: Secret
metadata: { name: mine }
stringData: { HF_TOKEN: "${plant(1)}", SHORT: default }
data: { OTHER: "${base64(plant(2))}" }
---
apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: mistral-7b }
resource: { instanceType: Standard_NC24ads_A100_v4 }
inference: { preset: { name: mistral-7b-instruct } }
`

describe('secrets', () => {
  let api: FakeApi
  beforeAll(async () => {
    api = await startFakeApi(({ method, url, body, token }) => ({
      status: isForbidden(url) ? 403 : method === 'GET' ? 404 : 422,
      body: `default: Invalid value: ${body} asked by ${token}`,
    }))
  })
  afterAll(() => api.close())
  const kubeconfig = (user: object, at = api.url): string => writeKubeconfig(at, user)

  const plan = (more: string[], env: Record<string, string> = {}) =>
    kaito(['plan', ...more, '--byo', '--cloud', 'azure', '--verbose'], {
      env: { KUBECONFIG: kubeconfig({ token: plant(9) }), HF_ENDPOINT: 'http://127.0.0.1:1', ...env },
    })

  it.each([[[]], [['-o', 'json']]])('of the input are not repeated in a refusal %j', async (form) => {
    const file = join(dir, 'workspace.yaml')
    writeFileSync(file, WORKSPACE)
    const { stdout, stderr } = await plan(['-f', file, ...form])
    expect(stderr).toContain('INVALID_ARGUMENT')
    expect(stderr).toContain('***')
    // Too short to be told from a word.
    expect(stderr).toContain('default: Invalid value')
    const said = stdout + stderr
    for (const secret of [plant(1), plant(2), base64(plant(1)), base64(plant(2))]) expect(said).not.toContain(secret)
  })

  it.each(['*', '!', '>', '|', '"\\'])(
    'that YAML reads as something else, because %s comes first, are not quoted',
    async (first) => {
      const file = join(dir, 'odd.yaml')
      writeFileSync(
        file,
        WORKSPACE.replace(`"${plant(1)}"`, `${first}${plant(1)}`)
          .replaceAll('{ HF', '\n  HF')
          .replaceAll('t }', 't'),
      )
      for (const args of [
        ['lint'],
        ['render', '--byo', '--cloud', 'azure'],
        ['lint', '-o', 'json'],
        ['lint', '-o', 'sarif'],
      ]) {
        const { code, stdout, stderr } = await kaito([...args, '-f', file])
        expect(code, stderr).toBe(2)
        expect(stdout + stderr).not.toContain(plant(1))
      }
    },
  )

  it.each(['plain', 'json'])('of a token file are not repeated, whatever they look like (%s)', async (progress) => {
    const file = join(dir, 'token')
    writeFileSync(file, `${plant(3)}\n`)
    const { stdout, stderr } = await plan(['mistral-7b', '--hf-token-file', file, '--progress', progress])
    expect(stderr).toContain('***')
    for (const secret of [plant(3), base64(plant(3))]) expect(stdout + stderr).not.toContain(secret)
  })

  it('of a kubeconfig are not repeated by the server', async () => {
    const user = { token: plant(4) }
    const { code, stderr } = await kaito(['status', '--verbose', '-o', 'json'], {
      env: { KUBECONFIG: kubeconfig(user) },
    })
    expect(code).not.toBe(0)
    expect(stderr).toContain('asked by')
    expect(stderr).not.toContain(plant(4))
  })

  it('are left out of what a plugin says when it fails', async () => {
    const script = `echo "refresh ${plant(5)} of $GIVEN was refused for $1 $2, see https://example.com/help" >&2; exit 1`
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script, 'plugin', '--password', 'lower case words'],
      env: [{ name: 'MY_SECRET', value: 'more of lower case' }],
      interactiveMode: 'Never',
    }
    const run = (command: object) =>
      kaito(['status', '--verbose', '-o', 'json'], {
        env: { KUBECONFIG: kubeconfig({ exec: command }, 'https://127.0.0.1:1'), GIVEN: 'x' },
      })
    const { code, stderr } = await run(exec)
    expect(code).toBe(5)
    expect(stderr).toContain('was refused for --password ***, see https://example.com/help')
    expect(stderr).not.toContain(plant(5))
    const garbled = await run({ ...exec, args: ['-c', `echo '${plant(6)}'`] })
    expect(garbled.stderr).toContain('UNAUTHENTICATED')
    expect(garbled.stderr).not.toContain(plant(6).slice(0, 8))
  })

  it('are not quoted from a kubeconfig that cannot be read', async () => {
    const file = join(dir, 'broken')
    writeFileSync(file, `users:\n- name: u\n  user:\n    token: ${plant(7)}\n   bad: [\n`)
    const { code, stderr } = await kaito(['status', '--verbose', '-o', 'json'], { env: { KUBECONFIG: file } })
    expect(code).toBe(5)
    expect(stderr).not.toContain(plant(7))
  })
})

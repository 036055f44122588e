/** The ways into a cluster, as far as they can be walked without one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { kaito } from './run.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const kubeconfig = (server: string, user: object): string => {
  const file = join(dir, 'config')
  const content = {
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'me' } }],
    users: [{ name: 'me', user }],
    'current-context': 'c',
  }
  writeFileSync(file, stringify(content))
  return file
}

it('without a kubeconfig: where it was looked for, and what to do', async () => {
  const { code, stdout, stderr } = await kaito(['status'], { env: { HOME: dir } })
  expect([code, stdout]).toEqual([5, ''])
  expect(stderr).toContain(`There is no kubeconfig: ${join(dir, '.kube/config')} does not exist`)
  expect(stderr).toContain('--sandbox')
  expect(stderr).not.toContain('localhost')
})

it('what a plugin tells people comes on stderr, and no secret that it prints does', async () => {
  const script = `echo 'To sign in, enter the code ABC-DEF' >&2; echo 'Bearer ${'x'.repeat(40)}' >&2; exit 1`
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] }
  const file = kubeconfig('https://api.example', { exec: { ...exec, interactiveMode: 'IfAvailable' } })
  const { code, stdout, stderr } = await kaito(['status'], { env: { KUBECONFIG: file } })
  expect([code, stdout]).toEqual([5, ''])
  expect(stderr).toMatch(/^\S+Z ! To sign in, enter the code ABC-DEF/m)
  expect(stderr).not.toContain('xxxx')
})

/** Patches that a cluster refuses: the dry run of plan and deploy tells it, in the API server's words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

let namespace = ''
let folder = ''
beforeAll(async () => {
  namespace = await createNamespace()
  folder = mkdtempSync(join(tmpdir(), 'kaito-patches-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await deleteNamespace(namespace)
})

const at = '/spec/template/spec/containers'

describe('a patch that a cluster refuses', () => {
  it.each([
    ['{op: add, path: /spec/templat, value: {}}', '.spec.templat: field not declared in schema'],
    [`{op: add, path: ${at}/0/resources/limits/memory, value: lots}`, 'quantities must match the regular expression'],
    [`{op: replace, path: ${at}/0/imagePullPolicy, value: Sometimes}`, 'Unsupported value: "Sometimes"'],
    [`{op: remove, path: ${at}/0/image}`, `spec.template.spec.containers[0].image: Required value`],
  ])('%s', async (operation, words) => {
    const [pools, objects] = [await cloudPools(), await inventory(namespace)]
    const file = join(folder, 'patch.yaml')
    writeFileSync(file, `target: {kind: Deployment}\npatch: [${operation}]\n`)
    for (const verb of [['plan'], ['deploy', '--yes']]) {
      const refused = await kaito([...verb, 'mistral-7b', '-n', namespace, '--patch', file, '-o', 'json'], {
        env: direct,
      })
      expect(refused.code, refused.stdout).not.toBe(0)
      const line = refused.stderr.split('\n').findLast((text) => text.startsWith('{')) ?? ''
      const error = JSON.parse(line) as { code: string; reason: string }
      expect(error.code).toBe('INVALID_ARGUMENT')
      expect(error.reason).toContain(words)
    }
    expect(await cloudPools()).toEqual(pools)
    expect(
      Object.keys(await inventory(namespace)).filter((name) => /mistral/.test(name) && !/^leases/.test(name)),
    ).toEqual(Object.keys(objects).filter((name) => /mistral/.test(name)))
  })
})

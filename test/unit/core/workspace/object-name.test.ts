/** One name, one workspace: what is legal stays as it is, what is not gets a legal name to type, and no two names share an object. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiKeySecretName, hubTokenSecretName, leaseName, revisionName, rootName } from '#core/objects/labels.ts'
import { poolNameFor } from '#core/placement/pool-request.ts'
import { legalName, nameFault, nameToType, objectNameFor } from '#core/workspace/object-name.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'

const isLegal = (name: string): boolean => nameFault(name, SHIPPED_ENGINES) === undefined

/** What a workspace can leave in its namespace and in the cloud, each by kind and name. */
function objectsOf(name: string): string[] {
  const objectName = objectNameFor(name)
  const owner = { workspace: objectName, namespace: 'default', clusterUid: 'uid' }
  return [
    ...['Service', 'Deployment', 'ServiceAccount', 'NetworkPolicy'].map((kind) => `${kind}/${objectName}`),
    ...[rootName(objectName), revisionName(objectName, 1), revisionName(objectName, 12)].map((x) => `ConfigMap/${x}`),
    `Lease/${leaseName(objectName)}`,
    ...[hubTokenSecretName(objectName), apiKeySecretName(objectName)].map((x) => `Secret/${x}`),
    `NodePool/${poolNameFor(owner, { poolName: { pattern: '^[a-z][a-z0-9]{0,11}$', maxLength: 12 } })}`,
  ]
}

const letters = (from: string, sizes: { minLength?: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...from), ...sizes })

/** Short and long ones, names that begin alike, and names that look like what kaito appends. */
const names = fc
  .tuple(
    fc.constantFrom('a', 'chat', 'a'.repeat(39), 'b'.repeat(48), 'support-desk-conversation-model-for-the'),
    letters('ab1-', { maxLength: 24 }),
    fc.constantFrom('', '-kaito', '-kaito-r1', '-api-key', '-hub-token', '-0123456789', '-server', '-kaito-kaito'),
  )
  .map((parts) => parts.join(''))
  .filter(isLegal)

describe('names of workspaces', () => {
  it('any two different names give disjoint objects', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        fc.pre(one !== other)
        const taken = new Set(objectsOf(one))
        expect(objectsOf(other).filter((object) => taken.has(object))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('what a long name is shortened to is the name of no other workspace, and finds the same objects again', () => {
    fc.assert(
      fc.property(letters('abc1', { minLength: 49, maxLength: 62 }), (rest) => {
        const short = objectNameFor(`m${rest}`)
        expect(short.length).toBe(50)
        expect(isLegal(short)).toBe(false)
        expect(objectNameFor(short)).toBe(short)
        expect(isLegal(nameToType(short, SHIPPED_ENGINES))).toBe(true)
      }),
    )
  })

  it('up to 49 characters a name stands as it is', () => {
    expect(objectNameFor('a'.repeat(49))).toBe('a'.repeat(49))
    expect(objectNameFor('a'.repeat(50))).not.toBe('a'.repeat(50))
  })

  it('whatever is given, there is a legal name to type', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), letters('aZ9-_.', { maxLength: 90 })),
        (text) => {
          expect(isLegal(nameToType(text, SHIPPED_ENGINES))).toBe(true)
        },
      ),
    )
    expect(
      ['7b-chat', '2024', 'qwen3_8b', 'Chat', 'qwen2.5-coder', 'vllm', '---'].map((name) =>
        nameToType(name, SHIPPED_ENGINES),
      ),
    ).toEqual(['m-7b-chat', 'm-2024', 'qwen3-8b', 'chat', 'qwen2-5-coder', 'vllm-server', 'model'])
  })

  it('a legal name is never another one', () => {
    fc.assert(fc.property(names, (name) => void expect(legalName(name)).toBe(name)))
  })
})

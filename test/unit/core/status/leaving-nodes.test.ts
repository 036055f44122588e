/** Which nodes go when fewer are needed. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { leavingNodes, nodesToRelease, staysWithNode } from '#core/status/nodes.ts'

interface Look {
  ready?: boolean
  leaving?: boolean
  cordoned?: boolean
}

function node(name: string, { ready = true, leaving = false, cordoned = leaving }: Look = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...(leaving ? { annotations: { 'kaito.sh/leaving': 'true' } } : {}) },
    spec: cordoned ? { unschedulable: true } : {},
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }
}

const pod = (name: string, nodeName: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { nodeName },
})
const names = (nodes: readonly KubeObject[]): string[] => nodes.map(({ metadata }) => metadata.name)

describe('nodes that go', () => {
  it('are those without pods, and of equals the newest', () => {
    const nodes = [node('a'), node('b'), node('c')]
    expect(names(leavingNodes(nodes, [pod('p', 'b')], 1))).toEqual(['c', 'a'])
    expect(names(leavingNodes(nodes, [], 2))).toEqual(['c'])
    expect(leavingNodes(nodes, [], 3)).toEqual([])
    expect(leavingNodes(nodes, [], 5)).toEqual([])
    expect(names(leavingNodes(nodes, [pod('p', 'b')], 0))).toEqual(['c', 'a', 'b'])
  })

  it('are those with the fewest, where each has some', () => {
    const pods = [pod('p', 'a'), pod('q', 'b'), pod('r', 'b')]
    expect(names(leavingNodes([node('a'), node('b')], pods, 1))).toEqual(['a'])
  })

  it('that are not Ready go before those that are, and those that were to go already before their like', () => {
    expect(names(leavingNodes([node('a', { ready: false }), node('b'), node('c')], [], 2))).toEqual(['a'])
    expect(names(leavingNodes([node('a', { leaving: true }), node('b'), node('c')], [], 2))).toEqual(['a'])
  })
})

describe('nodes that are needed again', () => {
  const nodes = [node('a'), node('b', { leaving: true }), node('c', { leaving: true })]
  it('are as many as are missing, and never one that somebody else has cordoned', () => {
    expect(nodesToRelease(nodes, 1)).toEqual([])
    expect(names(nodesToRelease(nodes, 2))).toEqual(['b'])
    expect(names(nodesToRelease(nodes, 3))).toEqual(['b', 'c'])
    expect(nodesToRelease([node('a'), node('b', { cordoned: true })], 2)).toEqual([])
  })
})

describe('a drain leaves alone', () => {
  const plain = pod('p', 'a')
  it.each<[string, Partial<KubeObject>, boolean]>([
    ['what a DaemonSet brings back', { metadata: { name: 'p', ownerReferences: [owner('DaemonSet')] } }, true],
    ['a mirror pod', { metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } } }, true],
    ['what has ended', { status: { phase: 'Succeeded' } }, true],
    ['nothing of a ReplicaSet', { metadata: { name: 'p', ownerReferences: [owner('ReplicaSet')] } }, false],
    ['no pod without an owner', {}, false],
  ])('%s', (_, change, stays) => {
    expect(staysWithNode({ ...plain, ...change })).toBe(stays)
  })
})

function owner(kind: string) {
  return { apiVersion: 'apps/v1', kind, name: 'x', uid: 'u' }
}

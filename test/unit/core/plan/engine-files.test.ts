/** Files that an engine is told to open: in its image, mounted, or nowhere. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { missingFiles } from '#core/plan/engine-files.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import { engine, onAzure, supply, workspace } from './fixtures.ts'

describe('files that the engine is to open', () => {
  const TEMPLATE = '/etc/chat/house.jinja'
  const deployment = (volume: object, more: object = {}): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chat' },
    spec: {
      template: {
        spec: {
          containers: [{ volumeMounts: [{ name: 'chat', mountPath: '/etc/chat' }] }],
          volumes: [{ name: 'chat', ...volume }],
          ...more,
        },
      },
    },
  })
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own' }, data: { 'house.jinja': 'x' } }
  const missing = (path: string, object: KubeObject, overrides: PlanOverrides = {}): string[] =>
    missingFiles(
      assemblePlan(workspace('phi-4'), supply, onAzure(), { ...overrides, engineArgs: { 'chat-template': path } }),
      [object],
      [config],
      engine,
    ).map(({ message }) => message)

  it.each([
    [{ configMap: { name: 'own' } }, {}],
    [{ configMap: { name: 'in-the-cluster' } }, {}],
    [{ persistentVolumeClaim: { claimName: 'a' } }, {}],
    [{ emptyDir: {} }, { initContainers: [{}] }],
  ])('are there: %j %j', (volume, more) => {
    expect(missing(TEMPLATE, deployment(volume, more))).toEqual([])
  })

  it.each([
    ['/workspace/chat_templates/tool-chat-phi4-mini.jinja', { configMap: { name: 'own' } }],
    ['/etc/chat/other.jinja', { configMap: { name: 'own' } }],
    [TEMPLATE, { emptyDir: {} }],
    [TEMPLATE, { configMap: { name: 'own', items: [{ key: 'house.jinja', path: 'renamed.jinja' }] } }],
  ])('are not there: %s %j', (path, volume) => {
    expect(missing(path, deployment(volume))).toEqual([
      expect.stringContaining(`--chat-template names ${path}, which is neither`),
    ])
  })

  it.each(['{{ messages }}', 'template_chatml.jinja', 'examples/a.jinja', '/vllm-workspace/examples/a.jinja'])(
    'are not looked for: %s',
    (path) => {
      expect(missing(path, deployment({ emptyDir: {} }))).toEqual([])
    },
  )

  it('of another image are not known', () => {
    expect(missing('/opt/a.jinja', deployment({ emptyDir: {} }), { image: 'own/engine:1' })).toEqual([])
  })
})

/** `--patch`: what kustomize users write → what is applied, and what is refused. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { parsePatches } from '#core/objects/parse-patches.ts'
import { applyPatches } from '#render/patch.ts'

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'm', namespace: 'default', labels: { 'kaito.sh/workspace': 'm' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'm' } },
    template: {
      spec: {
        tolerations: [{ key: 'sku' }],
        containers: [
          {
            name: 'engine',
            args: ['--a'],
            env: [
              { name: 'HOME', value: '/home' },
              { name: 'USER', value: 'vllm' },
            ],
            ports: [{ name: 'http', containerPort: 8000 }],
            resources: { requests: { cpu: '2', memory: '8Gi' } },
          },
        ],
      },
    },
  },
} satisfies KubeObject
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'm', namespace: 'default' },
  spec: { ports: [{ port: 80, targetPort: 'http' }] },
} satisfies KubeObject

/** The patched Deployment. */
function patch(text: string): typeof deployment {
  return applyPatches([service, deployment], parsePatches('p.yaml', text))[1] as unknown as typeof deployment
}
const engine = (text: string) =>
  patch(`kind: Deployment\nspec: {template: {spec: {containers: [{name: engine, ${text}}]}}}`).spec.template.spec
    .containers[0]

describe('a partial object', () => {
  it('changes what it names and leaves the rest', () => {
    expect(engine('resources: {requests: {cpu: 250m}}')).toEqual({
      ...deployment.spec.template.spec.containers[0],
      resources: { requests: { cpu: '250m', memory: '8Gi' } },
    })
  })

  it('merges env by name, adds what is new, and removes with $patch: delete', () => {
    expect(
      engine('env: [{name: HOME, value: /tmp}, {name: NEW, value: x}, {name: USER, $patch: delete}]')?.env,
    ).toEqual([
      { name: 'HOME', value: '/tmp' },
      { name: 'NEW', value: 'x' },
    ])
  })

  it('replaces lists whose items have no key', () => {
    expect(engine('args: [--b]')?.args).toEqual(['--b'])
  })

  it('replaces tolerations as a whole, as the API server does', () => {
    const { tolerations } = patch('kind: Deployment\nspec: {template: {spec: {tolerations: [{key: x}]}}}').spec.template
      .spec
    expect(tolerations).toEqual([{ key: 'x' }])
  })

  it('null takes a field away', () => {
    expect(engine('resources: null')).not.toHaveProperty('resources')
  })

  it('knows the key of a Service port and of a container port', () => {
    const [patched] = applyPatches(
      [service],
      parsePatches('p', 'kind: Service\nspec: {ports: [{port: 80, nodePort: 30000}]}'),
    )
    expect(patched?.['spec']).toEqual({ ports: [{ port: 80, targetPort: 'http', nodePort: 30000 }] })
    expect(engine('ports: [{containerPort: 8000, hostPort: 1}]')?.ports).toEqual([
      { name: 'http', containerPort: 8000, hostPort: 1 },
    ])
  })
})

describe('operations', () => {
  it('are those of RFC 6902', () => {
    const text =
      'target: {kind: Deployment}\npatch:\n  - {op: replace, path: /spec/replicas, value: 3}\n  - {op: add, path: /spec/template/spec/containers/0/args/-, value: --c}'
    const { spec } = patch(text)
    expect(spec.replicas).toBe(3)
    expect(spec.template.spec.containers[0]?.args).toEqual(['--a', '--c'])
  })

  it('leave the object that they were given untouched', () => {
    patch('target: {kind: Deployment}\npatch: [{op: remove, path: /spec/replicas}]')
    expect(deployment.spec.replicas).toBe(1)
  })
})

describe('refused, with file and line', () => {
  it.each([
    ['an object that is not rendered', 'kind: Deployment\nmetadata: {name: other}', 'no object is Deployment/other'],
    ['a kind that is not rendered', 'kind: Ingress', 'no object is Ingress'],
    [
      'another name',
      'target: {kind: Deployment}\npatch: [{op: replace, path: /metadata/name, value: x}]',
      'metadata.name',
    ],
    ['another selector', 'kind: Deployment\nspec: {selector: {matchLabels: {app: x}}}', 'spec.selector'],
    ['a label of kaito', 'kind: Deployment\nmetadata: {labels: {kaito.sh/workspace: x}}', 'kaito.sh/workspace'],
    [
      'a path that is not there',
      'target: {kind: Deployment}\npatch: [{op: replace, path: /spec/none/x, value: 1}]',
      'operation 1 (replace /spec/none/x)',
    ],
    [
      'an operation that is none',
      'target: {kind: Deployment}\npatch: [{op: set, path: /spec}]',
      'operation 1 needs op',
    ],
    ['no kind', 'spec: {}', 'kind is missing'],
    ['a list', '- a', 'it is not a map'],
    ['what is no YAML', 'kind: [', 'p.yaml:1'],
    [
      'a list that becomes a map',
      'kind: Deployment\nspec: {template: {spec: {containers: {}}}}',
      'containers is a list',
    ],
    ['a pod template that goes', 'kind: Deployment\nspec: {template: null}', 'spec.template cannot be removed'],
    ['the pod of it', 'kind: Deployment\nspec: {template: {spec: null}}', 'spec.template.spec cannot be removed'],
    [
      'its last container',
      'target: {kind: Deployment}\npatch: [{op: remove, path: /spec/template/spec/containers/0}]',
      'spec.template.spec.containers cannot be removed',
    ],
    [
      'a container that is none',
      'kind: Deployment\nspec: {template: {spec: {containers: [null]}}}',
      'is null, not a map',
    ],
    [
      'a field of a container',
      'kind: Deployment\nspec: {template: {spec: {containers: [{name: engine, args: {a: 1}}]}}}',
      'args is a list, and the patch makes it a map',
    ],
  ])('%s', (_what, text, says) => {
    expect(() => patch(text)).toThrow(says)
    expect(() => patch(text)).toThrow(/^The patch p\.yaml:\d+: /)
  })

  it('of the document or the operation that is wrong', () => {
    const second =
      'kind: Deployment\n---\n# more\ntarget: {kind: Deployment}\npatch:\n  - {op: test, path: /kind}\n  - op: set\n'
    expect(() => patch(second)).toThrow('The patch p.yaml:7: operation 2 needs op')
    expect(() => patch('kind: Deployment\n---\n- a')).toThrow('The patch p.yaml:3: it is not a map')
  })
})

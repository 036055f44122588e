/** What must hold for every rendered workspace, whatever its name, flags and model are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { formatManifests } from '#core/objects/manifests.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { openTemplates } from '#data/templates.ts'
import { renderObjects } from '#render/render.ts'
import { onAzure, rows, supply } from '../core/plan/fixtures.ts'

const templates = await openTemplates()

interface Deployment extends KubeObject {
  spec: {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    strategy: { type: string }
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec }
  }
}
interface PodSpec {
  terminationGracePeriodSeconds: number
  containers: {
    args: string[]
    env: { name: string; value?: string; valueFrom?: object }[]
    ports: { name: string; containerPort: number }[]
    lifecycle: { preStop: { sleep: { seconds: number } } }
    resources: { requests: Record<string, string>; limits: Record<string, string> }
    volumeMounts: { name: string; mountPath: string }[]
  }[]
  volumes: { name: string }[]
  serviceAccountName: string
}
interface Service extends KubeObject {
  spec: { selector: Record<string, string>; ports: { port: number; targetPort: string }[] }
}

function render(
  model: string,
  engineArgs: Record<string, Scalar> = {},
  more: { replicas?: number; secret?: string; networkPolicy?: boolean } = {},
) {
  const { replicas, secret, networkPolicy } = more
  const plan = assemblePlan(workspaceFromName(model), supply, onAzure({ isOffline: true }), {
    engineArgs,
    ...(replicas === undefined ? {} : { replicas }),
    ...(secret === undefined ? {} : { modelAccessSecret: secret }),
    ...(networkPolicy === undefined ? {} : { networkPolicy }),
  })
  const objects = renderObjects(plan, { ...supply, templates, workloads: SHIPPED_WORKLOADS })
  const find = (kind: string): KubeObject | undefined => objects.find((object) => object.kind === kind)
  const deployment = find('Deployment') as Deployment
  const [container] = deployment.spec.template.spec.containers
  if (container === undefined) throw new Error('no container')
  return {
    objects,
    deployment,
    container,
    pod: deployment.spec.template.spec,
    service: find('Service') as Service,
    find,
  }
}

describe.each(rows.models.map(({ name }) => name))('%s', (name) => {
  const { deployment, container, pod, service, objects } = render(name, {}, { secret: 'hf' })

  it('the Service leads to the pods, by label and by port', () => {
    const { labels } = deployment.spec.template.metadata
    expect(labels).toMatchObject(service.spec.selector)
    expect(labels).toMatchObject(deployment.spec.selector.matchLabels)
    const [port] = service.spec.ports
    const [containerPort] = container.ports
    expect(port?.targetPort).toBe(containerPort?.name)
    expect(container.args).toContain(`--port=${containerPort?.containerPort}`)
  })

  it('asks for as many GPUs as the engine splits the model over, and no rolling update waits for a spare one', () => {
    const split = container.args.find((arg) => arg.startsWith('--tensor-parallel-size='))?.split('=')[1]
    expect(container.resources.limits['nvidia.com/gpu']).toBe(split)
    expect(container.resources.requests['nvidia.com/gpu']).toBe(split)
    expect(deployment.spec.strategy.type).toBe('Recreate')
  })

  it('gives requests in flight their time: grace ≥ preStop + drain', () => {
    const drain = Number(container.args.find((arg) => arg.startsWith('--shutdown-timeout='))?.split('=')[1])
    expect(drain).toBeGreaterThan(0)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(container.lifecycle.preStop.sleep.seconds + drain)
  })

  it('every mount has its volume, and no name makes Kubernetes inject VLLM_PORT', () => {
    expect(container.volumeMounts.map((mount) => mount.name).sort()).toEqual(pod.volumes.map((v) => v.name).sort())
    expect(service.metadata.name).not.toBe('vllm')
  })

  it('no value of a secret is in the manifests, only its name', () => {
    expect(container.env.find((variable) => variable.name === 'HF_TOKEN')).toEqual({
      name: 'HF_TOKEN',
      valueFrom: { secretKeyRef: { name: 'hf', key: 'HF_TOKEN' } },
    })
  })

  it('text → YAML → objects is the identity', () => {
    const read = parseAllDocuments(formatManifests(objects)).map((doc) => doc.toJS() as unknown)
    expect(read).toEqual(JSON.parse(JSON.stringify(objects)))
  })
})

describe('values', () => {
  const text = fc.oneof(
    fc.constantFrom('on', 'null', '~', '1e3', ': x', '- a', '{ $eval: name }', 'a\nb: c', '"', "'", '#x', ''),
    fc.string(),
  )
  const given = fc.oneof(
    fc.tuple(fc.constantFrom('code-revision', 'chat-template', 'io-processor-plugin'), text),
    fc.tuple(fc.constant('enable-prefix-caching'), fc.boolean()),
  )

  it('stay values: no flag breaks out of its string', () => {
    fc.assert(
      fc.property(given, ([name, scalar]) => {
        const { container, objects } = render('mistral-7b-instruct', { [name]: scalar })
        const written = scalar === true ? `--${name}` : scalar === false ? `--no-${name}` : `--${name}=${scalar}`
        expect(container.args.filter((arg) => arg.replace(/^--no-/, '--').startsWith(`--${name}`))).toEqual([written])
        const [, , ...rest] = parseAllDocuments(formatManifests(objects)).map((doc) => doc.toJS() as unknown)
        expect(rest).toEqual(objects.slice(2))
      }),
      { numRuns: 60 },
    )
  })

  it('the user’s flags win over the catalogue’s, and stand once', () => {
    const { container } = render('mistral-7b-instruct', { 'max-model-len': 4096, 'tool-call-parser': 'hermes' })
    expect(container.args).toContain('--max-model-len=4096')
    expect(container.args.filter((arg) => arg.startsWith('--tool-call-parser'))).toEqual(['--tool-call-parser=hermes'])
  })

  it('a NetworkPolicy on request lets the namespace reach the port that the Service leads to', () => {
    expect(render('mistral-7b-instruct').find('NetworkPolicy')).toBeUndefined()
    const { find, deployment, service } = render('mistral-7b-instruct', {}, { networkPolicy: true })
    expect(find('NetworkPolicy')).toMatchObject({
      spec: {
        podSelector: { matchLabels: deployment.spec.selector.matchLabels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: service.spec.ports[0]?.targetPort }] }],
      },
    })
  })

  it('several replicas get a PodDisruptionBudget, one does not', () => {
    expect(render('mistral-7b-instruct').find('PodDisruptionBudget')).toBeUndefined()
    const { find, deployment } = render('mistral-7b-instruct', {}, { replicas: 3 })
    expect(deployment.spec.replicas).toBe(3)
    expect(find('PodDisruptionBudget')).toMatchObject({
      spec: { selector: { matchLabels: deployment.spec.selector.matchLabels } },
    })
  })
})

/** What the API server answers, past kaito: status, reason, and what is stored. The sandbox must say what the real one says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace } from '../cluster/suite/bed.ts'

interface Status {
  reason?: string
  message?: string
}

let namespace = ''
const path = (tail = '') => `/api/v1/namespaces/${namespace}/configmaps${tail}`
const configMap = (name: string, data: Record<string, string> = { a: '1' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})
const APPLY = 'application/apply-patch+yaml'
const applyAs = (manager: string, body: { metadata: { name: string } }, more = '') =>
  api<Status & { data?: object; metadata: { resourceVersion: string } }>(
    'PATCH',
    path(`/${body.metadata.name}?fieldManager=${manager}${more}`),
    body,
    APPLY,
  )

beforeAll(async () => {
  namespace = await createNamespace()
})
afterAll(() => deleteNamespace(namespace))

describe('refusals', () => {
  it.each([
    ['GET', '/none', undefined, 404, 'NotFound', 'configmaps "none" not found'],
    ['DELETE', '/none', undefined, 404, 'NotFound', 'configmaps "none" not found'],
    [
      'POST',
      '',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Not_Valid' } },
      422,
      'Invalid',
      'is invalid: metadata.name',
    ],
  ] as const)('%s configmaps%s', async (method, tail, body, status, reason, message) => {
    const answer = await api<Status>(method, path(tail), body)
    expect(answer.status).toBe(status)
    expect(answer.body.reason).toBe(reason)
    expect(answer.body.message).toContain(message)
  })

  it('the same name twice', async () => {
    expect((await api('POST', path(), configMap('twice'))).status).toBe(201)
    const second = await api<Status>('POST', path(), configMap('twice'))
    expect(second.status).toBe(409)
    expect(second.body).toMatchObject({ reason: 'AlreadyExists', message: 'configmaps "twice" already exists' })
  })

  it('an update from an old version', async () => {
    const made = await api<{ metadata: { resourceVersion: string } }>('POST', path(), configMap('stale'))
    expect((await api('PUT', path('/stale'), { ...made.body, data: { a: '2' } })).status).toBe(200)
    const late = await api<Status>('PUT', path('/stale'), { ...made.body, data: { a: '3' } })
    expect(late.status).toBe(409)
    expect(late.body.reason).toBe('Conflict')
    expect(late.body.message).toContain('the object has been modified')
  })

  it('a delete of another object of that name', async () => {
    await api('POST', path(), configMap('other'))
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
    }
    const refused = await api<Status>('DELETE', path('/other'), body)
    expect(refused.status).toBe(409)
    expect(refused.body.reason).toBe('Conflict')
  })
})

describe('objects that make no sense', () => {
  const deployments = (tail = '') => `/apis/apps/v1/namespaces/${namespace}/deployments${tail}`
  const deployment = (container: object, pod: object = {}, spec: object = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'sense' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'sense' } },
      template: {
        metadata: { labels: { app: 'sense' } },
        spec: { containers: [{ name: 'c', image: 'x', ...container }], ...pod },
      },
      ...spec,
    },
  })
  const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'sense' }, spec })

  it.each([
    [deployment({}, {}, { templat: {} }), '.spec.templat: field not declared in schema'],
    [
      deployment({ imagePulPolicy: 'Always' }),
      '.spec.template.spec.containers[name="c"].imagePulPolicy: field not declared in schema',
    ],
    [deployment({}, {}, { replicas: 'two' }), '.spec.replicas: expected numeric (int or float), got string'],
    [deployment({ image: 5 }), '.spec.template.spec.containers[name="c"].image: expected string'],
    [deployment({}, { hostNetwork: 'yes' }), '.spec.template.spec.hostNetwork: expected boolean'],
    [deployment({ args: '--x' }), '.spec.template.spec.containers[name="c"].args: expected list'],
    [deployment({ resources: { requests: { memory: 'lots' } } }), 'quantities must match the regular expression'],
  ])('an apply of another shape: 500, %#', async (body, words) => {
    const at = deployments('/sense?fieldManager=one&fieldValidation=Strict&dryRun=All')
    const answer = await api<Status>('PATCH', at, body, APPLY)
    expect(answer.status).toBe(500)
    expect(answer.body.message).toMatch(
      /^failed to (create typed patch|convert new) object \(.*\/sense; apps\/v1, Kind=Deployment\)/,
    )
    expect(answer.body.message).toContain(words)
  })

  it.each([
    [deployment({}, {}, { templat: {} }), 'strict decoding error: unknown field "spec.templat"'],
    [deployment({ imagePulPolicy: 'Always' }), 'unknown field "spec.template.spec.containers[0].imagePulPolicy"'],
    [deployment({}, {}, { replicas: 'two' }), 'json: cannot unmarshal string into Go struct field'],
    [deployment({ resources: { limits: { cpu: 'many' } } }), 'quantities must match the regular expression'],
  ])('a create of another shape: 400, %#', async (body, words) => {
    const answer = await api<Status>('POST', deployments('?fieldValidation=Strict&dryRun=All'), body)
    expect(answer.status).toBe(400)
    expect(answer.body.reason).toBe('BadRequest')
    expect(answer.body.message).toContain('Deployment in version "v1" cannot be handled as a Deployment: ')
    expect(answer.body.message).toContain(words)
  })

  it.each([
    [deployment({}, { containers: [] }), 'spec.template.spec.containers: Required value'],
    [deployment({}, { containers: undefined }), 'spec.template.spec.containers: Required value'],
    [deployment({ image: undefined }), 'spec.template.spec.containers[0].image: Required value'],
    [deployment({ name: undefined }), 'spec.template.spec.containers[0].name: Required value'],
    [
      deployment({}, {}, { selector: undefined }),
      '[spec.selector: Required value, spec.template.metadata.labels: Invalid',
    ],
    [deployment({}, {}, { template: undefined }), 'spec.template.spec.containers: Required value'],
    [
      deployment({}, {}, { selector: { matchLabels: { app: 'other' } } }),
      'spec.template.metadata.labels: Invalid value: {"app":"sense"}: `selector` does not match template `labels`',
    ],
    [
      deployment({ imagePullPolicy: 'Sometimes' }),
      'spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ])('a Deployment without sense: 422, %#', async (body, words) => {
    const answers = [
      await api<Status>('PATCH', deployments('/sense?fieldManager=one&dryRun=All'), body, APPLY),
      await api<Status>('POST', deployments('?dryRun=All'), body),
    ]
    for (const { status, body: said } of answers) {
      expect(status, said.message).toBe(422)
      expect(said.reason).toBe('Invalid')
      expect(said.message).toContain(`Deployment.apps "sense" is invalid: `)
      expect(said.message).toContain(words)
    }
  })

  it.each([
    ['services', service({ selector: { a: 'b' } }), 'spec.ports: Required value'],
    [
      'services',
      service({ type: 'Cluster', ports: [{ port: 80 }] }),
      'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'sense' } }, 'spec.containers: Required value'],
  ])('%s without sense: 422', async (plural, body, words) => {
    const answer = await api<Status>('POST', `/api/v1/namespaces/${namespace}/${plural}`, body)
    expect(answer.status).toBe(422)
    expect(answer.body.message).toContain(words)
  })
})

describe('server-side apply', () => {
  it('creates with 201, repeats with 200 and the same resourceVersion, and stores nothing in a dry run', async () => {
    const first = await applyAs('one', configMap('ssa'))
    expect(first.status).toBe(201)
    const again = await applyAs('one', configMap('ssa'))
    expect(again.status).toBe(200)
    expect(again.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
    const dry = await applyAs('one', configMap('ssa', { a: '9' }), '&dryRun=All')
    expect(dry.body.data).toEqual({ a: '9' })
    expect((await api('GET', path('/ssa'))).body).toMatchObject({ data: { a: '1' } })
  })

  it('a field of somebody else is a conflict that names both; force takes it', async () => {
    await applyAs('one', configMap('owned'))
    const refused = await applyAs('two', configMap('owned', { a: '2' }))
    expect(refused.status).toBe(409)
    expect(refused.body.reason).toBe('Conflict')
    expect(refused.body.message).toMatch(/Apply failed with 1 conflict: conflict with "one".*\.data\.a/)
    const forced = await applyAs('two', configMap('owned', { a: '2' }), '&force=true')
    expect(forced.status).toBe(200)
    expect(forced.body.data).toEqual({ a: '2' })
  })

  it('what a manager no longer applies goes, what others own stays', async () => {
    await applyAs('one', configMap('shared', { a: '1', b: '1' }))
    await applyAs('two', configMap('shared', { c: '1' }))
    const less = await applyAs('one', configMap('shared', { a: '1' }))
    expect(less.body.data).toEqual({ a: '1', c: '1' })
  })

  it('the same value by two is no conflict, and goes only when both have let go', async () => {
    await applyAs('one', configMap('both', { a: '1', b: '1' }))
    expect((await applyAs('two', configMap('both', { b: '1' }))).status).toBe(200)
    expect((await applyAs('one', configMap('both', { a: '1' }))).body.data).toEqual({ a: '1', b: '1' })
    expect((await applyAs('two', configMap('both', {}))).body.data).toEqual({ a: '1' })
  })

  it('an apply that names an old version is a conflict, one that names another object is refused', async () => {
    const { body } = await applyAs('one', configMap('versioned'))
    const { resourceVersion } = body.metadata
    const named = (more: object) => ({
      ...configMap('versioned', { a: '2' }),
      metadata: { name: 'versioned', ...more },
    })
    expect((await applyAs('one', named({ resourceVersion }))).status).toBe(200)
    const late = await applyAs('one', named({ resourceVersion }))
    expect(late.status).toBe(409)
    expect(late.body.message).toContain('the object has been modified')
    const other = await applyAs('one', named({ uid: '00000000-0000-0000-0000-000000000000' }))
    expect(other.status).toBe(422)
    expect(other.body.message).toContain('metadata.uid: Invalid value')
  })

  it('lists with keys are merged by them: containers by name, ports by port and protocol, env by name', async () => {
    const deployment = (env: object[], ports: object[]) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'lists', namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'lists' } },
        template: {
          metadata: { labels: { app: 'lists' } },
          spec: { containers: [{ name: 'c', image: 'x', env, ports }] },
        },
      },
    })
    type Body = {
      spec: { template: { spec: { containers: [{ env: { name: string }[]; ports: { containerPort: number }[] }] } } }
    }
    const at = (manager: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/lists?fieldManager=${manager}`
    await api('PATCH', at('one'), deployment([{ name: 'A', value: '1' }], [{ containerPort: 80 }]), APPLY)
    const { body } = await api<Body>(
      'PATCH',
      at('two'),
      deployment([{ name: 'B', value: '2' }], [{ containerPort: 81 }]),
      APPLY,
    )
    const [container] = body.spec.template.spec.containers
    expect(container.env.map(({ name }) => name).sort()).toEqual(['A', 'B'])
    expect(container.ports.map(({ containerPort }) => containerPort).sort()).toEqual([80, 81])
    await api('DELETE', at('one').split('?')[0] ?? '')
  })
})

describe('subresources and reviews', () => {
  it('who may do what is answered', async () => {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'create', resource: 'configmaps', namespace } },
    }
    const answer = await api('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ status: { allowed: true } })
  })

  it('a list is of one version, selected by labels', async () => {
    await api('POST', path(), { ...configMap('labelled'), metadata: { name: 'labelled', labels: { team: 'a' } } })
    const { body } = await api<{
      kind: string
      items: { metadata: { name: string } }[]
      metadata: { resourceVersion: string }
    }>('GET', path('?labelSelector=team%3Da'))
    expect(body.kind).toBe('ConfigMapList')
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['labelled'])
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0)
  })

  it('generateName, labels of namespaces, and an unknown resource', async () => {
    const made = await api<{ metadata: { name: string } }>('POST', path(), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'made-' },
    })
    expect(made.status).toBe(201)
    expect(made.body.metadata.name).toMatch(/^made-[a-z0-9]{5}$/)
    const here = await api<{ metadata: { labels: object } }>('GET', `/api/v1/namespaces/${namespace}`)
    expect(here.body.metadata.labels).toMatchObject({ 'kubernetes.io/metadata.name': namespace })
  })
})

/** Both versions, both shapes, several documents: what a file says is what comes out. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWorkspaces } from '#core/workspace/parse.ts'
import type { ParseResult } from '#core/workspace/spec.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { said } from '../../../support/said.ts'

const parse = (...texts: string[]): ParseResult =>
  parseWorkspaces(
    texts.map((text, index) => ({ label: `file${index + 1}.yaml`, text })),
    SHIPPED_ENGINES,
  )

const spec = (text: string) => {
  const { input, problems } = parse(text)
  expect(problems.filter((p) => p.severity === 'error')).toEqual([])
  return input?.workspaces[0]
}

const rules = (text: string): string[] => parse(text).problems.map(({ rule, line }) => `${rule} ${line}`)

const TOP = `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: workspace-mistral-7b-instruct
resource:
  instanceType: Standard_NC24ads_A100_v4
  labelSelector:
    matchLabels:
      apps: mistral-7b-instruct
inference:
  preset:
    name: mistral-7b-instruct
`

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ')
const [head, body] = TOP.split(/(?=^resource:)/m) as [string, string]

describe('shapes', () => {
  it('fields at the top level and below spec: are the same workspace', () => {
    expect(spec(`${head}spec:\n${indent(body)}`)).toEqual(spec(TOP))
    expect(spec(TOP)).toMatchObject({
      name: 'workspace-mistral-7b-instruct',
      resource: { instanceType: 'Standard_NC24ads_A100_v4', labelSelector: { apps: 'mistral-7b-instruct' } },
      inference: { preset: { name: 'mistral-7b-instruct', imagePullSecrets: [] } },
    })
  })

  it('v1alpha1 differs from v1beta1 in its version alone', () => {
    const old = spec(TOP.replace('v1beta1', 'v1alpha1'))
    expect(old).toEqual({ ...spec(TOP), apiVersion: 'kaito.sh/v1alpha1' })
  })

  it('what an API server added does not matter', () => {
    const live = TOP.replace(
      'metadata:\n',
      'metadata:\n  uid: 0a\n  resourceVersion: "7"\n  managedFields: []\n  creationTimestamp: "2026-01-01T00:00:00Z"\n',
    )
    expect(spec(`${live}status:\n  conditions: []\n`)).toEqual(spec(TOP))
  })

  it('quoted values, trailing blanks, a byte order mark, Windows line ends and JSON read alike', () => {
    expect(spec(TOP.replace(/: (\S+)$/gm, ': "$1"   '))).toEqual(spec(TOP))
    expect(spec(`\uFEFF${TOP.replaceAll('\n', '\r\n')}`)).toEqual(spec(TOP))
    const json = JSON.stringify({
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      metadata: { name: 'a' },
      inference: { preset: { name: 'phi-4' } },
    })
    expect(spec(json)).toMatchObject({ name: 'a', inference: { preset: { name: 'phi-4' } } })
  })

  it('no instanceType means one’s own nodes; no inference is refused', () => {
    expect(spec(TOP.replace(/ {2}instanceType.*\n/, ''))?.resource.instanceType).toBeUndefined()
    expect(rules(TOP.slice(0, TOP.indexOf('inference:')))).toEqual(['missing-field 1'])
  })
})

describe('several documents', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: hf\nstringData:\n  HF_TOKEN: hf_planted0123456789\n'
  const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: params
data:
  inference_config.yaml: |
    vllm:
      max-model-len: 16384
`

  it('Secrets and ConfigMaps stand beside a workspace, before it or behind it, in any of the files', () => {
    const withConfig = TOP.replace('inference:\n', 'inference:\n  config: params\n')
    for (const texts of [
      [`---\n${secret}---\n${config}---\n${withConfig}`],
      [`${withConfig}---\n${config}---\n${secret}`],
      [withConfig, config, secret],
    ]) {
      const { input, problems } = parse(...texts)
      expect(problems).toEqual([])
      expect(input?.workspaces.map(({ name }) => name)).toEqual(['workspace-mistral-7b-instruct'])
      expect(input?.companions.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Secret'])
    }
  })

  it('a Secret and a ConfigMap of another namespace are not the workspace’s', () => {
    const inMl = TOP.replace('metadata:\n', 'metadata:\n  namespace: ml\n')
      .replace('inference:\n', 'inference:\n  config: params\n')
      .replace('    name: mistral', '    presetOptions: { modelAccessSecret: hf }\n    name: mistral')
    const inOther = (text: string): string => text.replace('metadata:\n', 'metadata:\n  namespace: other\n')
    const found = rules(`${inMl}---\n${inOther(secret)}---\n${inOther(config)}`)
    expect(found).toEqual(['other-namespace 12', 'other-namespace 14'])
    expect(rules(`${inMl}---\n${secret}---\n${config}`)).toEqual([])
    // One of each namespace may have the same name.
    expect(rules(`${inMl}---\n${inOther(secret)}---\n${secret}---\n${config}`)).toEqual([])
    expect(rules(`${TOP}---\n${secret}---\n${secret}`)).toEqual(['duplicate-name 24'])
  })

  it('a flag that is there twice, spelled otherwise, is refused where it is there again', () => {
    const twice = config.replace(
      '      max-model-len: 16384\n',
      '      max-model-len: 16384\n      max_model_len: 8192\n',
    )
    const withConfig = TOP.replace('inference:\n', 'inference:\n  config: params\n')
    expect(rules(`${withConfig}---\n${twice}`)).toEqual(['duplicate-flag 23'])
  })

  it('kind: List holds documents, and problems in it keep their lines', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${TOP.trimEnd().replaceAll('\n', '\n  ')}\n`
    expect(spec(list)).toEqual(spec(TOP))
    expect(rules(list.replace('instanceType', 'instancType'))).toEqual(['unknown-field 9'])
  })

  it('a Secret’s values appear in no problem', () => {
    const broken = secret.replace('stringData', 'stringdata').replace('HF_TOKEN:', 'data:')
    const { problems } = parse(`${TOP}---\n${broken}`)
    expect(problems.map(({ rule }) => rule)).toEqual(['unknown-field'])
    expect(JSON.stringify(problems)).not.toContain('hf_planted')
  })

  it('problems of all files are told at once, each with its file', () => {
    const { problems, input } = parse(TOP.replace('kind: Workspace', 'kind: Workspac'), TOP.replace('v1beta1', 'v9'))
    expect(input).toBeUndefined()
    expect(problems.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      'file1.yaml unknown-kind',
      'file2.yaml not-allowed',
    ])
  })
})

describe('what an API server would refuse', () => {
  it.each([
    ['  name: workspace', '  namespace: UPPER\n  name: workspace', 'bad-name 4'],
    ['apps: mistral-7b-instruct', 'apps: two words', 'bad-label 9'],
    ['apps: mistral-7b-instruct', '"": x', 'bad-label 9'],
    ['    name: mistral', '    presetOptions: { modelAccessSecret: Bad_Name }\n    name: mistral', 'bad-name 12'],
    ['inference:\n', 'inference:\n  config: Not_One\n', 'bad-name 11'],
  ])('%j as %j is told at its line: %s', (right, wrong, told) => {
    expect(rules(TOP.replace(right, wrong))).toEqual([told])
  })
})

describe('what was not filled in', () => {
  const left = (name: string): string => `\${${name}}`

  it('is told everywhere at once, and nothing else of it', () => {
    const templated = TOP.replace('workspace-mistral-7b-instruct', left('name'))
      .replace('metadata:\n', `metadata:\n  namespace: ${left('namespace')}\n`)
      .replace('Standard_NC24ads_A100_v4', left('instanceType'))
      .replace('apps: mistral-7b-instruct', `apps: ${left('appLabel')}`)
      .replace('    name: mistral-7b-instruct', `    name: ${left('presetName')}`)
    expect(rules(templated)).toEqual([4, 5, 7, 10, 13].map((line) => `placeholder ${line}`))
  })

  it('of a chart is told line by line, with the way to render it', () => {
    const chart = TOP.replace(/name: workspace.*/, 'name: {{ .Release.Name }}-chat').replace(
      /Type: .*/,
      'Type: {{ .Values.sku | quote }}',
    )
    const { problems } = parse(chart)
    expect(problems.map(({ rule, line, column }) => `${rule} ${line}:${column}`)).toEqual([
      'placeholder 4:9',
      'placeholder 6:17',
    ])
    expect(said(problems[0]?.hint)).toBe(
      'Render the template first, for example: helm template CHART | kaito lint -f -',
    )
    expect(rules(TOP.replace(/instanceType: .*/, 'instanceType: "{{ .Values.sku }}"'))).toEqual(['placeholder 6'])
  })

  it('in a Secret is told without its value, as is a line break at the end', () => {
    const secret = (more: string): string =>
      `${TOP}---\napiVersion: v1\nkind: Secret\nmetadata: { name: hub }\n${more}\n`
    expect(rules(secret('data: { HF_TOKEN: <base64-of-your-token> }'))).toEqual(['placeholder 17'])
    expect(rules(secret('data: { HF_TOKEN: aGZfZXhhbXBsZWV4YW1wbGVleGFtcGxlCg== }'))).toEqual(['trailing-newline 17'])
    expect(rules(secret('data: { HF_TOKEN: aGZfZXhhbXBsZWV4YW1wbGVleGFtcGxl }'))).toEqual([])
    expect(JSON.stringify(parse(secret('data: { HF_TOKEN: <base64-of-your-token> }')).problems)).not.toContain(
      'base64-of',
    )
  })

  it('stays in a chat template, which is for the engine to fill in', () => {
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: own }\ndata:\n  a.jinja: |\n    {{ m }}\n'
    expect(rules(`${TOP}---\n${config}`)).toEqual([])
  })
})

describe('what else lies in a folder', () => {
  const others = [
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: ml }\n',
    'image:\n  tag: "1"\n',
  ]

  it('is named and skipped beside a workspace', () => {
    const { problems, input } = parse(TOP, ...others)
    expect(problems.map(({ severity, rule, file }) => `${severity} ${rule} ${file}`)).toEqual(
      ['file2.yaml', 'file3.yaml', 'file4.yaml'].map((file) => `warning skipped ${file}`),
    )
    expect(input?.workspaces).toHaveLength(1)
  })

  it('is no workspace where there is none', () => {
    expect(
      parse(...others)
        .problems.map(({ rule }) => rule)
        .sort(),
    ).toEqual(['no-workspace', 'skipped', 'skipped', 'skipped'])
  })
})

describe('rules', () => {
  it('deprecated fields are warnings: the workspace stays valid', () => {
    const { input, problems } = parse(TOP.replace('resource:\n', 'resource:\n  preferredNodes: [a]\n'))
    expect(input).toBeDefined()
    expect(problems).toMatchObject([{ severity: 'warning', rule: 'deprecated', path: 'resource.preferredNodes' }])
  })

  it('other kinds of KAITO are refused by name', () => {
    expect(parse(TOP.replace('kind: Workspace', 'kind: InferenceSet')).problems).toMatchObject([
      { rule: 'unknown-kind', value: 'InferenceSet', line: 2 },
    ])
  })

  it('a problem names field, value, what is allowed and the next step', () => {
    expect(parse(TOP.replace('instanceType:', 'instanceTyp:')).problems).toEqual([
      {
        severity: 'error',
        rule: 'unknown-field',
        message: 'unknown field "instanceTyp"',
        file: 'file1.yaml',
        line: 6,
        column: 3,
        path: 'resource.instanceTyp',
        allowed: 'count, instanceType, labelSelector, preferredNodes, partition',
        hint: 'Did you mean instanceType?',
      },
    ])
  })
})

describe('whatever is read', () => {
  const line = fc.constantFrom(
    ...TOP.split('\n'),
    '---',
    '  - a',
    '\t',
    '&a *a',
    '? [',
    '"',
    "'",
    '{',
    '!!binary x',
    '%YAML 3',
  )
  const broken = fc
    .array(fc.oneof(line, fc.string({ maxLength: 20 })), { maxLength: 30 })
    .map((lines) => lines.join('\n'))

  it('nothing throws, and there is either a workspace or an error that names its place', () => {
    fc.assert(
      fc.property(fc.oneof(broken, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const { input, problems } = parse(text)
        const errors = problems.filter(({ severity }) => severity === 'error')
        expect(input === undefined).toBe(errors.length > 0)
        for (const { line, column } of errors) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(text.split('\n').length)
          expect(column).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a field with one letter changed is never taken silently', () => {
    const fields = [...TOP.matchAll(/^ *(\w+):/gm)].map(({ 1: name = '', index }) => ({ name, index }))
    const known = fields.filter(({ name }) => name !== 'apps')
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), ({ name, index }, at) => {
        const start = TOP.indexOf(name, index)
        const letter = at % name.length
        const text = `${TOP.slice(0, start + letter)}q${TOP.slice(start + letter + 1)}`
        expect(parse(text).problems.some(({ severity }) => severity === 'error')).toBe(true)
      }),
    )
  })
})

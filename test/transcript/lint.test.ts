/** What only planning finds still has its place: lint names file and line of the workspace that it is about. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, it } from 'vitest'
import { kaito } from './run.ts'

const workspace = (name: string, preset: string, more = ''): string => `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: ${name}
resource:
  instanceType: Standard_NC24ads_A100_v4
inference:
  preset:
    name: ${preset}
${more}`

describe('lint', () => {
  it('of a directory says for each workspace what would not work, where it is named', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'a.yaml'), workspace('good', 'mistral-7b-instruct'))
    const config = `  config: params
---
apiVersion: v1
kind: ConfigMap
metadata: { name: params }
data:
  inference_config.yaml: |
    vllm: { rope-theta: 4, logits-processor-pattern: x }
`
    writeFileSync(join(dir, 'b.yaml'), `${workspace('lost', 'no-such-model')}---\n${workspace('old', 'phi-4', config)}`)
    const { code, stdout, stderr } = await kaito(['lint', '-f', '.'], { cwd: dir })
    expect(stderr).toBe('')
    expect(code).toBe(2)
    expect(stdout).toMatch(/^b\.yaml:9:11: error: inference\.preset\.name: There is no model preset "no-such-model"/m)
    expect(stdout).toMatch(/^b\.yaml:27:13: error: vllm\.rope-theta: .*--rope-theta was removed in/m)
    expect(stdout).toMatch(
      /^b\.yaml:27:28: error: vllm\.logits-processor-pattern: .*--logits-processor-pattern was removed in/m,
    )
    expect(stdout).not.toMatch(/^a\.yaml/m)
  })

  it('tells what is wrong in the form, in the rules, with the model and with the machine in one go, each where it is', async () => {
    const broken = workspace('Bad_Name', 'no-such-model', 'frobnicate: 1\n')
      .replace('instanceType: Standard_NC24ads_A100_v4', 'instanceType: Standard_NC24')
      .replace('  preset:', '  presets: {}\n  preset:')
    const { code, stdout } = await kaito(['lint', '-f', '-', '--cloud', 'azure'], { stdin: broken })
    expect(code).toBe(2)
    const said = stdout
      .split('\n')
      .flatMap((line) => /^<stdin>:(\d+):\d+: error: .*\[(.*)\]$/.exec(line)?.slice(1).join(' ') ?? [])
    expect(said.sort()).toEqual([
      '10 unknown-model',
      '11 unknown-field',
      '4 bad-name',
      '6 preflight-refused',
      '8 unknown-field',
    ])
  })

  it('points at the machine that is too small, and at the model where none is named', async () => {
    const small = workspace('chat', 'llama-3.3-70b-instruct')
    const { stdout } = await kaito(['lint', '-f', '-', '--cloud', 'azure'], { stdin: small })
    expect(stdout).toMatch(/^<stdin>:6:17: error: resource\.instanceType: .*does not fit.*\(1 x A100, .*\[no-fit\]$/m)
    const config =
      '  config: params\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: params }\ndata:\n  inference_config.yaml: |\n    vllm: { max-model-len: 999999999 }\n'
    const long = workspace('chat', 'phi-4', config).replace(/resource:\n.*\n/, '')
    const { stdout: told } = await kaito(['lint', '-f', '-', '--cloud', 'azure'], { stdin: long })
    expect(told).toMatch(/^<stdin>:15:13: error: vllm\.max-model-len: .*\[preflight-refused\]$/m)
  })

  it('doubts a machine that no cloud has, and leaves it to those who bring their own nodes', async () => {
    const odd = workspace('chat', 'phi-4').replace('Standard_NC24ads_A100_v4', 'rack-7')
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: odd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^<stdin>:6:17: warning: resource\.instanceType: kaito knows no instance type "rack-7"/m)
    expect((await kaito(['lint', '-f', '-', '--byo'], { stdin: odd })).stdout).not.toContain('rack-7')
  })

  it('of a good file says so, with 0', async () => {
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: workspace('good', 'mistral-7b-instruct') })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'no problems in good\n' })
  })

  const OLD_FLAGS = fixture('flags-of-an-old-guide.yaml')
  const ALL_WRONG = fixture('wrong-in-every-way.yaml')

  it('names each flag that is gone at its own line: without effect, renamed or refused; and leaves those alone that are there', async () => {
    const { stdout, code } = await kaito(['lint', '-f', OLD_FLAGS])
    expect(code).toBe(2)
    const told = placesIn(stdout)
    const lines = readFileSync(OLD_FLAGS, 'utf8').split('\n')
    const gone = told.filter(({ rule }) => rule === 'engine-flag')
    expect(gone.map(({ line }) => line)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18])
    for (const { line, column, path } of gone)
      expect(`vllm.${/^[\w-]+/.exec(lines[line - 1]?.slice(column - 1) ?? '')?.[0]}`).toBe(path)
    expect(stdout.match(/error: .*/g)).toEqual([expect.stringContaining('--rope-scaling was removed in 0.11.1')])
    const config = readFileSync(OLD_FLAGS, 'utf8').replace(/.*rope-scaling.*\n/, '')
    const rendered = await kaito(['render', '-f', '-'], { stdin: config })
    const args = rendered.stdout.replaceAll(/^#.*$/gm, '').match(/--[\w.-]+=?\S*/g) ?? []
    expect(args).toEqual(
      expect.arrayContaining([
        '--cpu-offload-gb=0',
        '--runner=generate',
        '--structured-outputs-config.backend=outlines',
      ]),
    )
    expect(args.join()).not.toMatch(
      /swap-space|scheduler-steps|log-requests|guided|block-manager|enable-reasoning|to-capture/,
    )
  })

  it('runs every rule over all of it: a value of the wrong form hides neither name, model, machine nor flags', async () => {
    const { stdout, code } = await kaito(['lint', '-f', ALL_WRONG, '--cloud', 'azure'])
    expect(code).toBe(2)
    expect(placesIn(stdout).map(({ line, rule }) => `${line} ${rule}`)).toEqual([
      '4 bad-name',
      '6 unknown-field',
      '7 preflight-refused',
      '8 too-small',
      '9 wrong-type',
      '12 unknown-model',
      '14 missing-key',
      '16 wrong-type',
      '24 engine-flag',
      '25 engine-flag',
      '26 engine-flag',
    ])
    expect(stdout).not.toContain('hf_planted')
  })

  it.each([OLD_FLAGS, ALL_WRONG])('says the same as plan, deploy, diff and render: %s', async (file) => {
    const { problems } = JSON.parse((await kaito(['lint', '-f', file, '-o', 'json'])).stdout)
    for (const verb of ['plan', 'deploy', 'diff', 'render']) {
      const { code, stderr } = await kaito([verb, '-f', file, '-o', 'json'])
      expect(code).toBe(2)
      expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 'SPEC_INVALID', problems })
    }
  })

  it('says the same in every form, in one order', async () => {
    const [text, json, sarif, junit] = await Promise.all(
      ['text', 'json', 'sarif', 'junit'].map(
        async (form) => (await kaito(['lint', '-f', ALL_WRONG, '-o', form])).stdout,
      ),
    )
    const places = placesIn(text ?? '').map(({ line, column, rule }) => ({ line, column, rule }))
    expect(places.length).toBeGreaterThan(9)
    const { problems } = JSON.parse(json ?? '') as { problems: Place[] }
    expect(problems.map(({ line, column, rule }) => ({ line, column, rule }))).toEqual(places)
    expect(sarifPlaces(sarif ?? '')).toEqual(places)
    expect(junitPlaces(junit ?? '')).toEqual(places)
  })

  it('is valid SARIF, says the validator of those who read it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    const { stdout } = await kaito(['lint', '-f', OLD_FLAGS, '-f', ALL_WRONG, '-o', 'sarif'])
    expect(validateSarif(dir, stdout)).toEqual([])
    // A line 0 is none.
    expect(validateSarif(dir, stdout.replace(/"startLine": \d+/, '"startLine": 0'))).not.toEqual([])
  })
})

interface Place {
  line: number
  column: number
  rule: string
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/workspaces/input/${name}`, import.meta.url))
}

function placesIn(text: string): (Place & { path: string })[] {
  return text.split('\n').flatMap((line) => {
    const [, at, column, path = '', rule = ''] = /:(\d+):(\d+): \w+: (?:([\w.-]+): )?.*\[(.*)\]$/.exec(line) ?? []
    return at === undefined ? [] : [{ line: Number(at), column: Number(column), path, rule }]
  })
}

function sarifPlaces(text: string): Place[] {
  const log = JSON.parse(text) as {
    runs: [
      {
        results: {
          ruleId: string
          locations: [{ physicalLocation: { region: { startLine: number; startColumn: number } } }]
        }[]
      },
    ]
  }
  return log.runs[0].results.map(({ ruleId, locations: [{ physicalLocation }] }) => {
    const { startLine, startColumn } = physicalLocation.region
    return { line: startLine, column: startColumn, rule: ruleId }
  })
}

/** Strict: what is not well-formed throws. */
function junitPlaces(text: string): Place[] {
  const onError = (_level: string, message: string): never => {
    throw new Error(message)
  }
  const suites = new DOMParser({ onError }).parseFromString(text, 'text/xml')
  const cases = [...suites.getElementsByTagName('testcase')]
  expect(suites.documentElement?.getAttribute('tests')).toBe(String(cases.length))
  return cases.map((one) => {
    const [, line, column, rule = ''] = /:(\d+):(\d+) (\S+)$/.exec(one.getAttribute('name') ?? '') ?? []
    expect(one.getAttribute('line')).toBe(line)
    return { line: Number(line), column: Number(column), rule }
  })
}

function validateSarif(dir: string, sarif: string): string[] {
  const file = join(dir, 'lint.sarif')
  writeFileSync(file, sarif)
  const validator = fileURLToPath(new URL('../../node_modules/.bin/sarif-multitool', import.meta.url))
  const args = ['validate', file, '--level', 'Error', '--kind', 'Fail', '--log', 'ForceOverwrite']
  const { stdout, stderr } = spawnSync(validator, args, {
    encoding: 'utf8',
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
  })
  expect(stdout + stderr).toContain('1 files scanned')
  return stdout.split('\n').filter((line) => line.includes(': error '))
}

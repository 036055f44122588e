/** What only planning finds still has its place: lint names file and line of the workspace that it is about. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
    vllm: { swap-space: 4, num-scheduler-steps: 10 }
`
    writeFileSync(join(dir, 'b.yaml'), `${workspace('lost', 'no-such-model')}---\n${workspace('old', 'phi-4', config)}`)
    const { code, stdout, stderr } = await kaito(['lint', '-f', '.'], { cwd: dir })
    expect(stderr).toBe('')
    expect(code).toBe(2)
    expect(stdout).toMatch(/^b\.yaml:9:11: error: lost: There is no preset "no-such-model"/m)
    expect(stdout).toMatch(/^b\.yaml:14:9: error: old: .*--swap-space; there is no flag --num-scheduler-steps/m)
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
    expect(stdout).toMatch(/^<stdin>:6:17: error: chat: .*does not fit.*\(1 x A100, .*\[no-fit\]$/m)
    const config =
      '  config: params\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: params }\ndata:\n  inference_config.yaml: |\n    vllm: { max-model-len: 999999999 }\n'
    const long = workspace('chat', 'phi-4', config).replace(/resource:\n.*\n/, '')
    const { stdout: told } = await kaito(['lint', '-f', '-', '--cloud', 'azure'], { stdin: long })
    expect(told).toMatch(/^<stdin>:7:11: error: chat: .*\[preflight-refused\]$/m)
  })

  it('doubts a machine that no cloud has, and leaves it to those who bring their own nodes', async () => {
    const odd = workspace('chat', 'phi-4').replace('Standard_NC24ads_A100_v4', 'rack-7')
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: odd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^<stdin>:6:17: warning: chat: kaito knows no instance type "rack-7"/m)
    expect((await kaito(['lint', '-f', '-', '--byo'], { stdin: odd })).stdout).not.toContain('rack-7')
  })

  it('of a good file says so, with 0', async () => {
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: workspace('good', 'mistral-7b-instruct') })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'no problems in good\n' })
  })
})

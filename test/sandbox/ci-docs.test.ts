/** docs/ci.md: the files are YAML of the right shape, and every line in them runs as written, from the install on. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ERRORS } from '#core/error-table.ts'
import { workspaceText } from '../support/workspace-text.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/ci.md', import.meta.url)), 'utf8')
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const [github, gitlab] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)

interface Steps {
  jobs: Record<string, { steps: { uses?: string; run?: string }[] }>
}
interface Job {
  before_script?: string[]
  script?: string[]
}
const lines = [
  ...new Set([
    ...Object.values((parse(github ?? '') as Steps).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? [])),
    ...Object.values(parse(gitlab ?? '') as Record<string, Job>).flatMap(({ before_script = [], script = [] }) => [
      ...before_script,
      ...script,
    ]),
  ]),
]

let sandbox: OwnSandbox
let folder = ''
let tarball = ''
beforeAll(() => {
  sandbox = ownSandbox()
  folder = mkdtempSync(join(tmpdir(), 'kaito-ci-'))
  mkdirSync(join(folder, 'models'))
  // Of what was built; nothing is built here, others are using it.
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  tarball = join(folder, (JSON.parse(packed) as { filename: string }[])[0]?.filename ?? '')
  writeFileSync(join(folder, 'models/mistral.yaml'), workspaceText({ name: 'mistral-7b' }))
})
afterAll(async () => {
  await sandbox.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('docs/ci.md', () => {
  it('has something to run for both', () => {
    expect(lines.filter((line) => line.startsWith('kaito ')).length).toBeGreaterThan(5)
  })

  it.each(lines)('%s', (line) => {
    const { env } = sandbox
    const own = { KAITO_PACKAGE: tarball, npm_config_prefix: join(folder, 'global'), npm_config_offline: 'true' }
    const PATH = `${join(folder, 'global/bin')}:${process.env['PATH']}`
    const { status, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', line], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...env,
        ...own,
        PATH,
        KAITO_SANDBOX_SPEED: '1000',
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      },
    })
    expect(status, stderr).toBe(0)
  })

  it('the reports are what their readers expect', () => {
    const sarif = JSON.parse(readFileSync(join(folder, 'kaito.sarif'), 'utf8')) as { version: string }
    expect(sarif.version).toBe('2.1.0')
    expect(readFileSync(join(folder, 'lint.xml'), 'utf8')).toContain('failures="0"')
    const summary = readFileSync(join(folder, 'summary.md'), 'utf8')
    expect(summary).toMatch(/^## kaito plan: mistral-7b, (\d+ to change|nothing to do)$/m)
    expect(summary).toContain('| **price** | $')
  })

  it('lists every exit code that there is', () => {
    const listed = [...PAGE.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(listed).toEqual(expect.arrayContaining([...new Set(Object.values(ERRORS).map(({ exit }) => exit))]))
  })
})

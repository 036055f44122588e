/** Each rule of names, broken on purpose; where the name is allowed; and the list of what is known, which only shrinks. */
import { describe, expect, it } from 'vitest'
import { type Counts, countNames, namesTold, shrunk } from '../../scripts/rooms/known-names.ts'
import { nameRules } from '../../scripts/rooms/names.ts'
import { readSource } from '../../scripts/rooms/source.ts'

/** The command line that the rule of flags reads. */
const CLI = readSource('cli/commands/deploy.ts', "option('-f, --filename <file>'); option('--no-api-key')")
const RULES = nameRules([CLI])

/** Rule → a line that breaks it outside, and a file that may have it. */
const BROKEN: Readonly<Record<string, readonly [line: string, allowed: string]>> = {
  'cloud azure': ['// as on AKS', 'sandbox/clouds/azure/broken.ts'],
  'cloud aws': ["const id: CloudId = 'aws'", 'clouds/aws/broken.ts'],
  'cloud gcp': ["import { zones } from './gcp/zones.ts'", 'clouds/index.ts'],
  'engine vllm': ["const image = 'docker.io/vllm/server'", 'runtimes/vllm/broken.ts'],
  'engine tgi': ["const tgi = 'the other'", 'sandbox/engines/tgi/broken.ts'],
  kinds: ["const ref = { kind: 'Deployment', name }", 'core/workload/serve.ts'],
  labels: ["const selector = { 'kaito.sh/workspace': name }", 'core/objects/labels.ts'],
  flags: [`const hint = \`Run \${it} again with --no-api-key\``, 'ui/broken.ts'],
  clock: ['const at = ports.clock.now()', 'pipeline/runs/broken.ts'],
  pace: ['const ms = 100 / ports.pace', ''],
}

const found = (path: string, line: string): Counts => countNames([readSource(path, line)], RULES)

describe('a name in the wrong place', () => {
  it.each(RULES.map(({ name, because }) => [name, because]))('%s', (rule, because) => {
    const [line, allowed] = BROKEN[rule] ?? ['there is no line here that breaks this rule', '']
    expect(found('render/broken.ts', line)).toEqual({ [rule]: { 'render/broken.ts': 1 } })
    expect(namesTold({}, found('render/broken.ts', line), RULES)).toEqual([
      `${rule}: src/render/broken.ts: 1 found, 0 known. ${because}`,
    ])
    if (allowed !== '') expect(found(allowed, line)).toEqual({})
  })

  it.each([
    ['a command of kaito’s', "const hint = 'See why: kaito deploy mistral-7b'", { flags: { 'core/x.ts': 1 } }],
    ['a flag of another program', "const next = kubectl('get', 'pods', '--filename', 'x')", {}],
    [
      'a command of another program as a sentence',
      "const hint = 'See: az aks list -f x'",
      { flags: { 'core/x.ts': 1 } },
    ],
    ['a short flag in a sentence', "const hint = 'Name the file (-f x), or both'", { flags: { 'core/x.ts': 1 } }],
    ['a word that only holds a name', "const AzureLike = 'clockwork pacemaker'", {}],
    ['a kind in a sentence', "const says = 'the Deployment is gone' // 'Pod'", {}],
    ['a kind in a type', "type Known = 'Pod' | 'Lease'", { kinds: { 'core/x.ts': 2 } }],
    ['the time of the machine', 'const now = new Date(); setTimeout(go, 1)', { clock: { 'core/x.ts': 2 } }],
    ['a time that is given', 'const born = new Date(created); const ms = Date.parse(born)', {}],
  ])('%s', (_what, line, counts) => {
    const cloudless = Object.entries(found('core/x.ts', line)).filter(([rule]) => !rule.startsWith('cloud '))
    expect(Object.fromEntries(cloudless)).toEqual(counts)
  })
})

describe('the list of what is known', () => {
  const known = { kinds: { 'core/a.ts': 2, 'core/b.ts': 1 } }

  it('excuses as many as it says, and not one more', () => {
    expect(namesTold(known, known, RULES)).toEqual([])
    const more = { kinds: { 'core/a.ts': 3, 'core/b.ts': 1 } }
    expect(namesTold(known, more, RULES)).toEqual([expect.stringContaining('src/core/a.ts: 3 found, 2 known')])
  })

  it('excuses nothing that is gone', () => {
    const fewer = { kinds: { 'core/a.ts': 1 } }
    expect(namesTold(known, fewer, RULES)).toEqual([
      'kinds: src/core/a.ts: 1 found, 2 known. Take the excuse out: npm run rooms -- --shrink',
      'kinds: src/core/b.ts: 0 found, 1 known. Take the excuse out: npm run rooms -- --shrink',
    ])
  })

  it('only shrinks', () => {
    const moved = { kinds: { 'core/a.ts': 1, 'core/c.ts': 4 }, pace: { 'core/a.ts': 1 } }
    expect(shrunk(known, moved)).toEqual({ kinds: { 'core/a.ts': 1 } })
    expect(shrunk(known, {})).toEqual({})
  })
})

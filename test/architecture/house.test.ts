/** The rules of `house.ts`, held by src, and each broken on purpose. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nameRules } from '../../scripts/rooms/names.ts'
import { readSource, readSources } from '../../scripts/rooms/source.ts'
import {
  type HouseRule,
  hashesOnly,
  lazySdks,
  pureOfGlobals,
  shortFiles,
  shortFunctions,
  smallFolders,
  tellingNames,
} from './house.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = readSources(ROOT)

const lines = (n: number): string => 'f()\n'.repeat(n)

/** What it says, the rule, and files that break it. */
const RULES: readonly [says: string, rule: HouseRule, broken: Record<string, string>][] = [
  [
    'core, render, runtimes and pipeline know no time, no randomness, no environment and no network',
    pureOfGlobals,
    { 'pipeline/runs/a.ts': 'const n = Math.random()' },
  ],
  [
    'of node:crypto they take createHash alone',
    hashesOnly,
    { 'core/a.ts': "import { randomUUID } from 'node:crypto'" },
  ],
  ['files have at most 250 lines', shortFiles, { 'core/a.ts': lines(251) }],
  ['files are named after what they hold', tellingNames, { 'core/helpers/a.ts': '' }],
  [
    'no folder has more than 20 files side by side',
    smallFolders,
    Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`core/plan/f${n}.ts`, ''])),
  ],
  [
    'functions are short',
    shortFunctions,
    { 'core/a.ts': `function a() {\n${lines(9)}}\nfunction b() {\n${lines(9)}}\n` },
  ],
  [
    'no SDK is loaded before it is needed',
    lazySdks,
    {
      'cli/main.ts': "import { connect } from '#kube/connect.ts'\nimport type { K } from '@azure/identity'",
      'kube/connect.ts': "import { KubeConfig } from '@kubernetes/client-node/dist/config.js'",
    },
  ],
]

describe('the house', () => {
  it.each(RULES)('%s', (_says, rule) => {
    expect(rule(SOURCES)).toEqual([])
  })

  it('every cloud and every engine has its words in the rules of names', () => {
    const members = ['clouds', 'runtimes'].flatMap((room) =>
      readdirSync(join(ROOT, 'src', room), { withFileTypes: true }).filter((each) => each.isDirectory()),
    )
    const ruled = nameRules(SOURCES).map(({ name }) => name.split(' ')[1])
    expect(members.map(({ name }) => name).filter((name) => !ruled.includes(name))).toEqual([])
    expect(members.length).toBeGreaterThan(1)
  })
})

describe('a broken rule of the house is a failure', () => {
  it.each(RULES)('%s', (_says, rule, broken) => {
    const sources = Object.entries(broken).map(([path, text]) => readSource(path, text))
    expect(rule(sources)).toHaveLength(1)
  })
})

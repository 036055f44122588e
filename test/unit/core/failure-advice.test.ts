/** Every row of the failure tables ends in something to type. */
import { expect, it } from 'vitest'
import {
  ADMISSION_FAILURES,
  CONFIG_FAILURES,
  PULL_FAILURES,
  SCHEDULING_FAILURES,
} from '#core/failures/cluster-signatures.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { said } from '../../support/said.ts'

const ENGINE_FAILURES = SHIPPED_ENGINES.all.flatMap(({ failures }) => failures)
const ROWS = [...ENGINE_FAILURES, ...PULL_FAILURES, ...CONFIG_FAILURES, ...SCHEDULING_FAILURES, ...ADMISSION_FAILURES]
const PLACE = { workspace: 'chat', namespace: 'team-a', pod: 'chat-1' }
const COMMAND = /(kaito|kubectl|az) \w+|same command again with --/

it.each(ROWS.map((row) => [row.code, row.pattern.source.slice(0, 60), row] as const))('%s %s', (_code, _words, row) => {
  const names = [...row.pattern.source.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name)
  // With what the pattern finds, and where it found nothing: groups may be optional.
  for (const found of [Object.fromEntries(names.map((name) => [name, 'thing'])), {}]) {
    expect(said(row.next(found, PLACE))).toMatch(COMMAND)
  }
})

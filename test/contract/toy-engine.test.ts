/** An engine that nobody ships does what every engine must, with what one folder and one row give it. */

import type { ErrorCode } from '#core/errors.ts'
import { openCatalog } from '#data/catalog.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { FAILURE_KINDS, type FailureKind } from '#sandbox/ending.ts'
import { withToys } from '../recipe/catalog.ts'
import { toy } from '../recipe/toy-engine/index.ts'
import { simulatedToy } from '../recipe/toy-engine/simulated.ts'
import { describeEngine } from './describe-engine.ts'

const nothing = Object.fromEntries(FAILURE_KINDS.map((kind) => [kind, undefined])) as Record<FailureKind, undefined>
const failures: Record<FailureKind, ErrorCode | undefined> = {
  ...nothing,
  oom: 'GPU_OUT_OF_MEMORY',
  flag: 'ENGINE_FLAG_INVALID',
}

describeEngine('a toy', {
  engine: toy,
  simulated: simulatedToy,
  catalog: withToys(await openCatalog(SHIPPED_ENGINES)),
  model: 'mistral-7b-instruct',
  flags: { taken: { patience: 3 }, unknown: 'no-such-flag', settled: 'port' },
  failures,
})

/** Events and results → bytes. */
import type { Room } from './room.ts'

export const UI: readonly Room[] = [
  {
    path: 'ui',
    holds: 'all words and all colour',
    rooms: ['core/', 'ui/'],
    because: 'Words are made of values of the core; the UI asks nobody.',
  },
  {
    path: 'ui/errors',
    holds: 'a failure → bytes',
    rooms: ['core/', 'ui/progress/', 'ui/results/', 'ui/text/'],
    because: 'Words are made of values of the core; the UI asks nobody.',
  },
  {
    path: 'ui/progress',
    holds: 'events → bytes',
    rooms: ['core/', 'ui/text/'],
    packages: ['ora'],
    because: 'Progress shows what happens; results and failures are shown elsewhere.',
  },
  {
    path: 'ui/results',
    holds: 'results → bytes',
    rooms: ['core/', 'ui/text/'],
    packages: ['yaml'],
    because: 'A result is shown the same whatever came before it.',
  },
  {
    path: 'ui/text',
    holds: 'colour, tables, figures, lines',
    rooms: ['core/'],
    packages: ['chalk', 'wrap-ansi'],
    because: 'Text has no subject: the rooms that have one stand above it.',
  },
]

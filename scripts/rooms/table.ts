/**
 * The table of rooms: who may import what. A row holds the files of its folder that no longer row holds.
 * `import-rules.ts` makes dependency-cruiser's rules of it, `npm run docs` the tables in ARCHITECTURE.md and docs/rooms.md.
 */
import { CLI } from './table/cli.ts'
import { CORE } from './table/core.ts'
import { PIPELINE } from './table/pipeline.ts'
import type { Room } from './table/room.ts'
import { SANDBOX } from './table/sandbox.ts'
import { UI } from './table/ui.ts'
import { WORLD } from './table/world.ts'

export const ROOMS: readonly Room[] = [...CLI, ...CORE, ...PIPELINE, ...SANDBOX, ...UI, ...WORLD]

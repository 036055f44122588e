/** `npm run bed:build`: builds what the bed is missing, with the real node, and starts nothing. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { IMAGES, NODE_PROGRAMS } from '../node/build.ts'
import { buildPart, PROGRAMS, PYTHON, TINY_MODEL } from './starter/build.ts'
import { BED } from './starter/places.ts'

/** The programs and vLLM have nothing to do with each other and are made side by side; the images hold some of both. */
export async function buildAll(hasNode: boolean): Promise<void> {
  for (const folder of ['bin', 'models', 'log']) mkdirSync(join(BED, folder), { recursive: true })
  const engine = buildPart(PYTHON).then(() => buildPart(TINY_MODEL))
  const programs = buildPart(PROGRAMS).then(() => (hasNode ? buildPart(NODE_PROGRAMS) : undefined))
  await Promise.all([engine, programs])
  if (hasNode) await buildPart(IMAGES)
}

if (process.argv[1] === import.meta.filename) await buildAll(true)

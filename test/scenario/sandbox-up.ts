/** Before the scenarios on the sandbox: an empty one, and afterwards none. */
import { rmSync } from 'node:fs'
import { kaito } from '../cluster/suite/kaito.ts'

const state = process.env['KAITO_SCENARIO_STATE'] ?? ''

export async function setup(): Promise<void> {
  const up = await kaito(['sandbox', 'up'], { env: { XDG_STATE_HOME: state } })
  if (up.code !== 0) throw new Error(`the sandbox did not start: ${up.stderr}`)
}

export async function teardown(): Promise<void> {
  await kaito(['sandbox', 'down'], { env: { XDG_STATE_HOME: state } })
  rmSync(state, { recursive: true, force: true })
}

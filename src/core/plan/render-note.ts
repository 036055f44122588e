/** What a comment on top of manifests tells: where they run, and how to make such nodes. */
import { advice } from '../advice.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { poolCommand } from '../placement/pool-command.ts'
import type { RenderNote } from '../results.ts'

export function renderNote(
  { version, plan, warnings }: Pick<RenderNote, 'version' | 'plan' | 'warnings'>,
  clouds: readonly CloudTraits[],
): RenderNote {
  const { pool } = plan
  const note = { version, plan, warnings }
  if (pool.mode === 'existing') return note
  const command = poolCommand(pool, clouds)
  const service = clouds.find(({ id }) => id === pool.cloud)?.service
  return {
    ...note,
    ...(service === undefined ? {} : { service }),
    ...(command === undefined ? {} : { makePool: advice`${command}` }),
  }
}

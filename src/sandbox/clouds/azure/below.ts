/** What hangs below a pool: its machines, and deleting some of them. Source: Machines and AgentPools_DeleteMachines of the AKS REST specification. */
import type { CloudAnswer, CloudRequest } from '../loopback.ts'
import { accepted, failWith, NOT_FOUND, refuse } from './answers.ts'
import type { ArmContext } from './arm-context.ts'
import { machineBody } from './bodies.ts'
import type { Ending, PoolRecord } from './model.ts'
import { busy } from './texts.ts'

export function answerBelow(
  name: string,
  below: string,
  request: CloudRequest,
  context: ArmContext,
  ending: Ending,
): CloudAnswer {
  const { store, fake } = context
  const pool = store.state.pools[name]
  if (pool === undefined) return NOT_FOUND(`the agent pool ${name}`)
  if (below === 'machines' && request.method === 'GET')
    return { status: 200, body: { value: store.machinesOf(pool).map((machine) => machineBody(name, machine, fake)) } }
  if (below === 'deletemachines' && request.method === 'POST') return deleteMachines(pool, request, context, ending)
  return NOT_FOUND(`the resource ${request.path}`)
}

/** ASSUMED: that a name which no machine has is refused, and by what words; and that the pool is `Updating` meanwhile. */
function deleteMachines(pool: PoolRecord, { body }: CloudRequest, context: ArmContext, ending: Ending): CloudAnswer {
  const { store, fake } = context
  const { machineNames } = (body ?? {}) as { machineNames?: unknown }
  if (!Array.isArray(machineNames) || machineNames.length === 0)
    return failWith(400, { code: 'InvalidParameter', message: 'Required parameter machineNames is missing.' })
  if (store.pending(pool.name) !== undefined || ending === 'busy')
    return refuse(busy(fake, `${pool.name} - ${pool.provisioningState}`))
  const names = machineNames.map(String)
  const there = store.machinesOf(pool).map(({ name }) => name)
  const unknown = names.find((name) => !there.includes(name))
  if (unknown !== undefined)
    return failWith(400, {
      code: 'InvalidParameter',
      message: `The machine ${unknown} is not in agent pool ${pool.name}.`,
    })
  pool.provisioningState = 'Updating'
  pool.eTag = store.nextETag()
  return accepted(store.start('shrink', pool.name, ending, names), ending, fake)
}

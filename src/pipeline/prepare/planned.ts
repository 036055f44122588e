/** A request and the facts → its plan. */
import { KaitoError } from '#core/errors.ts'
import type { NodeFact, PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { Plan } from '#core/plan/types.ts'
import { renderObjects, tolerationsOf } from '#render/render.ts'
import type { Facts } from '../observe/facts.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from '../prepared.ts'

/** Which of one's own nodes take the pods follows from what the pods tolerate once they are patched. */
export function planOf({ spec, overrides, patches }: DeployRequest, { plan: facts }: Facts, ports: Ports): Plan {
  const assemble = (known: PlanFacts): Plan => assemblePlan(spec, ports, known, overrides)
  if (!facts.ownNodes || patches.length === 0) return assemble(facts)
  const draft = draftOn(facts.nodes, (nodes) => assemble({ ...facts, nodes }))
  if (draft === undefined) return assemble(facts)
  return assemble({ ...facts, tolerations: tolerationsOf(renderObjects(draft, ports, patches)) })
}

/** A plan as if no node had a taint; undefined: not even then is there one, and the plan itself says why. */
function draftOn(nodes: readonly NodeFact[], assemble: (nodes: NodeFact[]) => Plan): Plan | undefined {
  try {
    return assemble(nodes.map((node) => ({ ...node, taints: [] })))
  } catch (error) {
    if (error instanceof KaitoError) return undefined
    throw error
  }
}

/** Steps under one title are told as one phase: it starts with the first of them that can begin, and ends with the last. */
import type { StepName } from '#core/status/standing.ts'
import type { Ports } from '../ports.ts'
import type { Step, Titled } from '../steps/step.ts'
import { type OpenPhase, openPhase } from '../time/phase.ts'

export interface Phases {
  /** @param begun steps whose needs are done. */
  follow(begun: readonly StepName[], done: ReadonlySet<StepName>): Promise<void>
  /** What has not ended by now has not come to its end. */
  close(): Promise<void>
}

export function createPhases(steps: readonly Step[], ports: Ports): Phases {
  const groups = groupsOf(steps)
  const open = new Map<Titled, OpenPhase>()
  const finished = new Set<Titled>()
  return {
    async follow(begun, done) {
      for (const [told, names] of groups) {
        if (finished.has(told)) continue
        const isDone = names.every((name) => done.has(name))
        if (isDone && told.isOnlyIfWaited && !open.has(told)) finished.add(told)
        else if (!open.has(told) && names.some((name) => begun.includes(name)))
          open.set(told, openPhase(ports, told.phase, told.title, told.usualSeconds))
        if (!open.has(told) || !isDone) continue
        await open.get(told)?.finish()
        open.delete(told)
        finished.add(told)
      }
    },
    async close() {
      await Promise.all([...open.values()].map((phase) => phase.leave()))
    },
  }
}

function groupsOf(steps: readonly Step[]): Map<Titled, StepName[]> {
  const groups = new Map<Titled, StepName[]>()
  for (const { name, told } of steps) if (told !== undefined) groups.set(told, [...(groups.get(told) ?? []), name])
  return groups
}

/** What was prepared, as the result that people and machines read. */
import type { Plan } from '#core/plan/types.ts'
import type { PlanResult } from '#core/results.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'

export function planResultOf(prepared: Prepared): PlanResult {
  const { facts, plan, pool, kept, settings, losses, changes, prunable } = prepared
  return {
    kind: 'Plan',
    target: facts.target,
    plan,
    pool,
    kept,
    settings,
    losses,
    changes: [
      ...changes.map(({ ref, change, diff }) => (diff === undefined ? { ref, change } : { ref, change, diff })),
      ...prunable.map((ref) => ({ ref, change: 'pruned' as const })),
    ],
  }
}

export function tellWarnings({ warnings }: Plan, ports: Ports): void {
  for (const { code, message } of warnings) ports.emit({ type: 'warning', phase: 'plan', code, message })
}

/** Values that vLLM's parser takes, and that do not come to what is meant by them. */
import type { EngineArgs, FlagAnswer, FlagProblem } from '#core/plan/engine.ts'

/** What the parser refuses is told alone. */
export function withValues(answer: FlagAnswer, args: EngineArgs): FlagAnswer {
  const told = new Set([...answer.settled, ...answer.wrong].map(({ flag }) => flag))
  return { ...answer, wrong: [...answer.wrong, ...meaningless(args).filter(({ flag }) => !told.has(flag))] }
}

function meaningless(args: EngineArgs): FlagProblem[] {
  const name = args['served-model-name']
  if (name === undefined || /^\S+$/.test(String(name))) return []
  return [
    {
      flag: 'served-model-name',
      says: `--served-model-name is one name, and "${name}" has a blank in it: clients would have to send it so`,
      hint: 'Use one name without blanks; kaito serves a model under one name.',
    },
  ]
}

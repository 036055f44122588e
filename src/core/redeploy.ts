/** "Run the same command again" is true of a deploy; whoever only looks is told the deploy itself. */
import { type Advice, type Again, type Command, isSaid, type Piece, type Settings } from './advice.ts'
import type { WorkspaceSpec } from './workspace/spec.ts'

type Deploy = Extract<Command, { run: 'kaito' }>

/** By name, with all that was said of it: a workspace that has not the name of its model needs both. Undefined: its model is not known. */
export function deployCommand(
  spec: WorkspaceSpec | undefined,
  { workspace, namespace }: { workspace: string; namespace: string },
  settings: Settings = {},
): Deploy | undefined {
  const model = spec?.inference?.preset?.name
  if (model === undefined) return undefined
  const all: Settings = { ...(model === workspace ? {} : { name: workspace }), ...settings }
  const about = { run: 'kaito', verb: 'deploy', workspace: model, namespace } as const
  return Object.keys(all).length === 0 ? about : { ...about, settings: all }
}

/** The same advice, with the deploy in place of "the same command", and what it is to be run again with. */
export function redeploying(advice: Advice, deploy: Deploy): Advice {
  if (!isSaid(advice)) return advice
  const said = (piece: Piece): Piece[] =>
    typeof piece === 'object' && 'again' in piece ? [`${piece.again}: `, withSetting(deploy, piece)] : [piece]
  return { pieces: advice.pieces.flatMap(said) }
}

function withSetting(deploy: Deploy, { with: lacking }: Again): Deploy {
  if (lacking === undefined) return deploy
  return { ...deploy, settings: { ...deploy.settings, [lacking.setting]: lacking.value } }
}

/** "Run the same command again" is true of a deploy; whoever only looks is told the deploy itself. */
import { type Advice, type Again, type Command, isSaid, type Piece } from './advice.ts'

type Deploy = Extract<Command, { run: 'kaito' }>

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

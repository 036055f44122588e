/** "Run the same command again" is true of a deploy; whoever only looks is told the deploy itself. */
import { type Advice, type Command, isSaid, type Piece, type Said } from './advice.ts'

type Deploy = Extract<Command, { run: 'kaito' }>

const SAME = /^(.*?)\b([Rr])un the same command again( with )?(.*)$/s

/** The same advice, with the deploy in place of "the same command", and what it is to be run again with. */
export function redeploying(advice: Advice, deploy: Deploy): Said {
  const pieces = isSaid(advice) ? advice.pieces : [advice]
  const said: Piece[] = []
  for (let index = 0; index < pieces.length; index += 1) {
    const piece = pieces[index] as Piece
    const [, before, letter, isWith, after = ''] = typeof piece === 'string' ? (SAME.exec(piece) ?? []) : []
    if (letter === undefined) {
      said.push(piece)
      continue
    }
    const next = pieces[index + 1]
    const named =
      isWith !== undefined && after === '' && typeof next === 'object' && 'setting' in next ? next : undefined
    if (named !== undefined) index += 1
    said.push(`${before}${letter}un: `, named === undefined ? deploy : withSetting(deploy, named.setting, named.value))
    if (named === undefined) said.push(`${isWith ?? ''}${after}`)
  }
  return { pieces: said.filter((each) => each !== '') }
}

function withSetting(deploy: Deploy, name: string, value: string | number | true): Deploy {
  return { ...deploy, settings: { ...deploy.settings, [name]: value } }
}

/** Every command of a cloud's own tool that kaito can print, word by word. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { activityLog, hintFor, showCommand, WHO } from '#clouds/azure/hints.ts'
import { type Advice, isSaid, type Piece } from '#core/advice.ts'
import { ERRORS } from '#core/error-table.ts'
import type { ErrorCode } from '#core/errors.ts'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'

const TOOLS = ['az', 'aws', 'gcloud'] as const
export type Tool = (typeof TOOLS)[number]

export interface Printed {
  words: readonly string[]
  /** As far as the source says it: words that come from elsewhere are left out. */
  isPart?: true
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PLACE = { resourceGroup: 'GROUP', cluster: 'CLUSTER' }
const CONTEXTS = [
  {},
  PLACE,
  { ...PLACE, subscription: 'ID', region: 'westeurope', pool: 'pool', instanceType: 'Standard_NC24ads_A100_v4' },
]

export function printedCommands(): Printed[] {
  return [...ofClouds(), ...ofHints(), ...ofSources(), ...ofTexts()].filter(({ words }) => isTool(words[0]))
}

function isTool(word: string | undefined): word is Tool {
  return TOOLS.some((tool) => tool === word)
}

function ofClouds(): Printed[] {
  const { clouds } = readPresets(`${ROOT}presets`, SHIPPED_ENGINES)
  return clouds
    .flatMap(({ getKubeconfig, signInAlone, authProvider }) => [getKubeconfig, signInAlone, authProvider?.replace])
    .flatMap((line) => (line === undefined ? [] : [{ words: wordsOf(line) }]))
}

function ofHints(): Printed[] {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const hints = CONTEXTS.flatMap((context) =>
    codes.flatMap((code) =>
      (['no', 'later', 'elsewhere'] as const).map((retryable) => hintFor(code, retryable, context)),
    ),
  )
  const commands = [WHO, activityLog('GROUP'), ...CONTEXTS.map(showCommand)]
  return [...commands, ...hints.flatMap(piecesOf)].flatMap(said)
}

function piecesOf(advice: Advice): readonly Piece[] {
  return isSaid(advice) ? advice.pieces : []
}

function said(piece: Piece): Printed[] {
  return typeof piece === 'object' && 'run' in piece && piece.run === 'other' ? [{ words: piece.args }] : []
}

/** What is hard to bring about is read where it is written. */
function ofSources(): Printed[] {
  return filesIn('src', '.ts').flatMap((text) =>
    [...text.matchAll(/\bother\(\s*('(?:az|aws|gcloud)'.*?)\)(?:[^,\]]|$)/gs)].map(([, call = '']) => ({
      words: [...call.matchAll(/'([^']*)'/g)].map(([, word = '']) => word),
      isPart: true as const,
    })),
  )
}

function ofTexts(): Printed[] {
  const texts = [
    ...filesIn('test/golden', '.yaml'),
    ...filesIn('docs', '.md'),
    readFileSync(`${ROOT}README.md`, 'utf8'),
  ]
  return texts.flatMap((text) =>
    [...text.matchAll(/(?:^|`|: )((?:az|aws|gcloud) [a-z][^`\n]*)/gm)].map(([, line = '']) => ({
      words: wordsOf(line),
    })),
  )
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(`${ROOT}${folder}/${name}`, 'utf8'))
}

/** As a shell reads a line in which some words stand in single quotes. */
export function wordsOf(line: string): string[] {
  return [...line.trim().matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''))
}

/**
 * `node scripts/recording.ts`: plays the main job on the sandbox in a terminal and draws what it showed, when, as
 * docs/images/deploy.svg.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const KAITO = join(ROOT, 'bin/kaito.js')
const [COLUMNS, ROWS] = [110, 200]
const [CHAR, LINE, PAD] = [8.4, 18, 16]
const LOOK_MS = 250
/** Readable on a light page and on a dark one: the picture brings its own ground. */
const GROUND = '#16181d'
const TEXT = '#d7dae0'
/** By the number that a terminal gives them. */
const PAINTS: Readonly<Record<number, string>> = { 1: '#ef7a85', 2: '#8fce8a', 3: '#e3c078', 6: '#6cc7d6' }
/** ora turns its mark twelve times a second; one picture of it will do. */
const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g

/** What stood in one row, and for how long: seconds since the begin. No end: it stays. */
interface Stay {
  row: number
  spans: string
  from: number
  to?: number
}

const state = mkdtempSync(join(tmpdir(), 'kaito-recording-'))
const { CI: _, ...outside } = process.env
const env = { ...outside, XDG_STATE_HOME: state, TERM: 'xterm-256color' }
const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true })
const begin = performance.now()
const now = (): number => (performance.now() - begin) / 1_000
const stays: Stay[] = []

async function show(text: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    terminal.write(text, resolve)
  })
}

/** Closes what is not there any more and opens what is new. */
function look(): void {
  for (let row = 0; row < ROWS; row += 1) {
    const spans = spansOf(row)
    const last = stays.findLast((stay) => stay.row === row && stay.to === undefined)
    if (last?.spans === spans) continue
    if (last !== undefined) last.to = now()
    if (spans !== '') stays.push({ row, spans, from: now() })
  }
}

async function play(words: string): Promise<void> {
  await show(`\u001B[32m$\u001B[39m ${words}\n`)
  const [, ...args] = words.split(' ')
  const child = spawn(process.execPath, [KAITO, ...args], { cols: COLUMNS, rows: ROWS, name: env.TERM, env })
  child.onData((text) => void show(text))
  const timer = setInterval(look, LOOK_MS)
  const code = await new Promise((resolve) => {
    child.onExit(({ exitCode }) => resolve(exitCode))
  })
  clearInterval(timer)
  await show('')
  look()
  if (code !== 0) throw new Error(`${words} ended with ${code}`)
}

/** Runs of one look, as SVG. */
function spansOf(row: number): string {
  const line = terminal.buffer.active.getLine(row)
  const runs: { text: string; look: string }[] = []
  for (let column = 0; column < COLUMNS; column += 1) {
    const cell = line?.getCell(column)
    if (cell === undefined) break
    const fill = cell.isFgPalette() ? (PAINTS[cell.getFgColor()] ?? TEXT) : TEXT
    const look = `fill="${fill}"${cell.isBold() ? ' font-weight="700"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`
    const text = cell.getChars() || ' '
    const last = runs.at(-1)
    if (last?.look === look) last.text += text
    else runs.push({ text, look })
  }
  const text = runs.map((run) => run.text).join('')
  const last = runs.at(-1)
  if (last === undefined || text.trim() === '') return ''
  last.text = last.text.trimEnd()
  return runs.map((run) => `<tspan ${run.look}>${escaped(run.text.replace(SPINNER, '⠼'))}</tspan>`).join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

try {
  await play('kaito deploy mistral-7b --yes --sandbox')
  await play('kaito chat mistral-7b --sandbox -p Hello')
} finally {
  spawnSync(process.execPath, [KAITO, 'sandbox', 'reset'], { env })
  rmSync(state, { recursive: true, force: true })
}
const rows = Math.max(...stays.filter(({ to }) => to === undefined).map(({ row }) => row)) + 1
const [width, height] = [COLUMNS * CHAR + 2 * PAD, rows * LINE + 2 * PAD]
const texts = stays.map(({ row, spans, from, to }) => {
  const [name, time] =
    to === undefined
      ? ['l', `animation-delay:${from.toFixed(2)}s`]
      : ['w', `animation-delay:${from.toFixed(2)}s;animation-duration:${(to - from).toFixed(2)}s`]
  const y = PAD + (row + 0.75) * LINE
  return `<text class="${name}" style="${time}" x="${PAD}" y="${y}" xml:space="preserve">${spans}</text>`
})
const style = [
  'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}',
  '.l{animation:show .1s both}@keyframes show{from{opacity:0}}',
  // What was there only for a while is not in a picture that does not move.
  '.w{opacity:0;animation-name:while}@keyframes while{from,to{opacity:1}}',
  '@media (prefers-reduced-motion:reduce){.l,.w{animation:none}}',
].join('')
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="kaito deploy mistral-7b in the sandbox">`,
  `<style>${style}</style>`,
  `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
  ...texts,
  '</svg>',
  '',
].join('\n')
writeFileSync(join(ROOT, 'docs/images/deploy.svg'), svg)
process.stdout.write(`docs/images/deploy.svg: ${rows} rows, ${now().toFixed(0)} s\n`)

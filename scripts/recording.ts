/** `node scripts/recording.ts`: plays the main job on the sandbox and draws what it printed, when, as docs/images/deploy.svg. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import wrapAnsi from 'wrap-ansi'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COLUMNS = 96
const [CHAR, LINE, PAD] = [8.4, 18, 16]
/** Readable on a light page and on a dark one: the picture brings its own ground. */
const GROUND = '#16181d'
const TEXT = '#d7dae0'
const PAINTS: Readonly<Record<string, string>> = {
  '31': '#ef7a85',
  '32': '#8fce8a',
  '33': '#e3c078',
  '36': '#6cc7d6',
}

const ESC = String.fromCharCode(27)
const COLOUR = new RegExp(`(${ESC}\\[[\\d;]*m)`)

interface Printed {
  /** Seconds since the begin. */
  at: number
  line: string
}

const state = mkdtempSync(join(tmpdir(), 'kaito-recording-'))
const env = {
  ...process.env,
  XDG_STATE_HOME: state,
  FORCE_COLOR: '1',
  COLUMNS: String(COLUMNS),
  KAITO_PROGRESS: 'plain',
}
const printed: Printed[] = []
const begin = performance.now()
const now = (): number => (performance.now() - begin) / 1_000

function play(args: readonly string[]): Promise<void> {
  printed.push({ at: now(), line: `${ESC}[32m$${ESC}[39m kaito ${args.map(quoted).join(' ')}` })
  const child = spawn(process.execPath, [join(ROOT, 'bin/kaito.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const listen = (stream: NodeJS.ReadableStream): void => {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines)
        printed.push(
          ...wrapAnsi(line, COLUMNS, { trim: false })
            .split('\n')
            .map((part) => ({ at: now(), line: part })),
        )
    })
  }
  listen(child.stdout)
  listen(child.stderr)
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`kaito ${args[0]} ended with ${code}`))))
  })
}

function quoted(word: string): string {
  return /[^\w./-]/.test(word) ? `'${word}'` : word
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function spans(line: string): string {
  let [fill, weight, opacity] = [TEXT, 400, 1]
  const parts: string[] = []
  for (const piece of line.split(COLOUR)) {
    const codes = piece.startsWith(ESC) ? piece.slice(2, -1).split(';') : undefined
    if (codes === undefined) {
      if (piece !== '')
        parts.push(`<tspan fill="${fill}" font-weight="${weight}" opacity="${opacity}">${escaped(piece)}</tspan>`)
      continue
    }
    for (const code of codes) {
      if (code === '1') weight = 700
      else if (code === '2') opacity = 0.6
      else if (code === '22') [weight, opacity] = [400, 1]
      else if (code === '39' || code === '0' || code === '') fill = TEXT
      else fill = PAINTS[code] ?? fill
    }
  }
  return parts.join('')
}

try {
  await play(['deploy', 'mistral-7b', '--yes', '--sandbox'])
  await play(['chat', 'mistral-7b', '--sandbox', '-p', 'Hello'])
} finally {
  spawn(process.execPath, [join(ROOT, 'bin/kaito.js'), 'sandbox', 'reset'], { env, stdio: 'ignore' }).on('close', () =>
    rmSync(state, { recursive: true, force: true }),
  )
}
const [width, height] = [COLUMNS * CHAR + 2 * PAD, printed.length * LINE + 2 * PAD]
const lines = printed.map(
  ({ at, line }, index) =>
    `<text class="l" style="animation-delay:${at.toFixed(1)}s" x="${PAD}" y="${PAD + (index + 0.75) * LINE}" xml:space="preserve">${spans(line)}</text>`,
)
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="kaito deploy mistral-7b in the sandbox">`,
  '<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.l{animation:show .1s both}@keyframes show{from{opacity:0}}@media (prefers-reduced-motion:reduce){.l{animation:none}}</style>',
  `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
  ...lines,
  '</svg>',
  '',
].join('\n')
writeFileSync(join(ROOT, 'docs/images/deploy.svg'), svg)
process.stdout.write(`docs/images/deploy.svg: ${printed.length} lines, ${now().toFixed(0)} s\n`)

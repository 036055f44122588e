/** The way of a deploy, as ARCHITECTURE.md tells it, is the way that the code has. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const table = /<!-- way -->\n([\s\S]*?)<!-- \/way -->/.exec(read('ARCHITECTURE.md'))?.[1] ?? ''
const stations = table
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => {
    const [, , room = '', , gives = '', within = ''] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''))
    return { room, gives, within }
  })

function sourcesOf(room: string): string[] {
  const files = readdirSync(new URL(`src/${room}/`, ROOT), { withFileTypes: true })
  return files.filter((file) => file.isFile()).map((file) => read(`src/${room}/${file.name}`))
}

describe('the way of a deploy', () => {
  it('enters no room twice', () => {
    const rooms = stations.map(({ room }) => room)
    expect(rooms.length).toBeGreaterThan(8)
    expect(rooms).toEqual([...new Set(rooms)])
  })

  it.each(stations)('$room: $within is handed out by one file of it', ({ room, within }) => {
    const exporting = new RegExp(`^export (async )?(function|interface|const) ${within}\\b`, 'm')
    expect(sourcesOf(room).filter((text) => exporting.test(text))).toHaveLength(1)
  })

  it('has its steps in the order in which they need each other', () => {
    const steps = stations.find(({ room }) => room === 'pipeline/steps')?.gives.split(' → ') ?? []
    const list = read('src/pipeline/runs/deploy-steps.ts')
    const needed = [...list.matchAll(/needs: \['(\w+)'/g)].map(([, name]) => name)
    expect(new Set(needed)).toEqual(new Set(steps.slice(0, -1)))
    const named = sourcesOf('pipeline/steps').flatMap((text) => [
      ...text.matchAll(/(?:^ {4}name: |\bactsOnce\()'(\w+)'/gm),
    ])
    expect(named.map(([, name]) => name)).toEqual(expect.arrayContaining(steps))
  })

  it('prepares in the order that it tells', () => {
    const fold = read('src/pipeline/prepare/prepare.ts').split('export async function prepareToShow')[1] ?? ''
    const at = ['gatherFacts(', 'planOf(', 'renderObjects(', 'planChanges('].map((call) => fold.indexOf(call))
    expect(at.every((index) => index > 0)).toBe(true)
    expect(at).toEqual(at.toSorted((a, b) => a - b))
  })
})

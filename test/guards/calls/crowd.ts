/** Many workspaces where one was deployed: its objects again, with names and uids of their own, in the sandbox's file. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { OwnSandbox } from '../../sandbox/sandbox.ts'

interface Stored {
  kind: string
  metadata: { uid: string; name: string; labels?: Record<string, string> }
}

interface State {
  snapshot: { objects: Stored[] }
  /** Lives of pods, by uid. */
  records: [string, unknown][]
}

export interface Crowd {
  /** The workspace that was deployed. */
  model: string
  ready: number
  /** With a root alone, as a deploy leaves it that was killed while its pool was made. */
  leftBehind: number
}

/** @param from a sandbox that has ended. */
export function fillWithCrowd(from: OwnSandbox, crowd: Crowd): (sandbox: OwnSandbox) => void {
  const state = JSON.parse(readFileSync(from.file('state.json'), 'utf8')) as State
  const { objects } = state.snapshot
  const rest = objects.filter((object) => !isOf(object, crowd.model))
  const own = objects.filter((object) => isOf(object, crowd.model))
  const roots = own.filter(({ metadata }) => metadata.name === `${crowd.model}-kaito`)
  const many = Array.from({ length: crowd.ready + crowd.leftBehind }, (_, index) =>
    another(index < crowd.ready ? own : roots, state.records, crowd.model, `crowd-${String(index).padStart(3, '0')}`),
  )
  const filled = {
    ...state,
    snapshot: { ...state.snapshot, objects: [...rest, ...many.flatMap((each) => each.objects)] },
    records: many.flatMap((each) => each.records),
  }
  return (sandbox) => {
    mkdirSync(dirname(sandbox.file('state.json')), { recursive: true })
    writeFileSync(sandbox.file('state.json'), JSON.stringify(filled))
  }
}

function isOf(object: Stored, model: string): boolean {
  return JSON.stringify(object.metadata).includes(`"${model}`)
}

function another(own: readonly Stored[], records: State['records'], model: string, name: string) {
  const uids = new Set(own.map(({ metadata }) => metadata.uid))
  const kept = records.filter(([uid]) => uids.has(uid))
  const text = JSON.stringify({ objects: own, records: kept })
    .replaceAll(model, name)
    // Machines are named after their pool, and pools after a hash.
    .replaceAll(/\b(?:aks-)?mistr[a-z0-9]{7}\b/g, (pool) => `${pool}${name.slice(-3)}`)
  const renamed = [...uids].reduce((kept, uid) => kept.replaceAll(uid, randomUUID()), text)
  return JSON.parse(renamed) as { objects: Stored[]; records: State['records'] }
}

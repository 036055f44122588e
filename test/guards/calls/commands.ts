/** The commands whose requests are counted, and what they work on. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceText } from '../../support/workspace-text.ts'
import { fillWithCrowd } from './crowd.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { killPointsOf } from './request-name.ts'
import { type Counts, countsOf } from './table.ts'

/** What is in test/fixtures/guards/calls.json, or has been counted now. */
export interface Recorded {
  requests: Record<string, Counts>
  killPoints: Record<string, string[]>
  /** What asks more often than 0.1.0 all the same. It shall be empty. */
  known?: Record<string, number>
}

export const SERIES: Readonly<Record<string, (into: Recorded) => Promise<void>>> = {
  'one workspace': within(recordOne),
  'ten workspaces': within(recordTen),
  'a hundred workspaces': within(recordCrowd),
}

/** How many of a hundred were left behind. */
const CROWDS = { 'status -A, 100 Ready': 0, 'status -A, 90 Ready, 10 left behind': 10 }

function within(work: (recorder: Recorder, into: Recorded) => Promise<void>) {
  return async (into: Recorded): Promise<void> => {
    const recorder = await startRecorder()
    await work(recorder, into).finally(recorder.end)
  }
}

async function recordOne({ record }: Recorder, { requests, killPoints }: Recorded): Promise<void> {
  const deploy = ['deploy', 'mistral-7b', '--yes']
  const ran = {
    'deploy, fresh': await record(...deploy),
    'deploy, nothing to do': await record(...deploy),
    'status NAME': await record('status', 'mistral-7b'),
    delete: await record('delete', 'mistral-7b', '--yes'),
  }
  for (const [command, names] of Object.entries(ran)) {
    requests[command] = countsOf(names)
    killPoints[command] = killPointsOf(names)
  }
}

async function recordTen({ record, folder }: Recorder, { requests }: Recorded): Promise<void> {
  const deploy = ['deploy', '-f', writeTen(folder), '--yes']
  requests['deploy -f, 10 at once, fresh'] = countsOf(await record(...deploy))
  requests['deploy -f, 10 at once, nothing to do'] = countsOf(await record(...deploy))
}

async function recordCrowd({ record, sandbox }: Recorder, { requests }: Recorded): Promise<void> {
  await record('deploy', 'mistral-7b', '--yes')
  await sandbox.run(['sandbox', 'down'])
  for (const [command, leftBehind] of Object.entries(CROWDS)) {
    const crowd = { model: 'mistral-7b', ready: 100 - leftBehind, leftBehind }
    const crowded = await startRecorder(fillWithCrowd(sandbox, crowd))
    requests[command] = countsOf(await crowded.record('status', '-A', '-o', 'name').finally(crowded.end))
    const shown = crowded.shown().trim().split('\n').length
    if (shown !== 100) throw new Error(`${command}: ${shown} workspaces were shown`)
  }
}

function writeTen(folder: string): string {
  const ten = join(folder, 'ten')
  mkdirSync(ten)
  for (let index = 0; index < 10; index += 1)
    writeFileSync(join(ten, `${index}.yaml`), workspaceText({ name: `ten-${index}` }))
  return ten
}

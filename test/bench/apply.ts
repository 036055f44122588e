/** Applying, beside kubectl: how many requests, how long they take, and what the whole commands take. */
import type { ChildProcess } from 'node:child_process'
import { createNamespace, deleteNamespace, direct, intercepted } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import type { Peers } from './peers.ts'
import { type Row, seconds, times } from './report.ts'
import { measure, median } from './timing.ts'
import { NAME, type Workload } from './workload.ts'

interface Applied {
  /** Of the phase that applies; kubectl has no other. */
  requests: number
  /** Of the whole command, which plans before and follows afterwards. */
  all: number
  /** Seconds from the first of these requests to the last answer. */
  busy: number
  whole: number
}

/** The same objects into empty namespaces, by both; every request passes a proxy that counts and times. */
export async function apply(work: Workload, { kubectl }: Peers): Promise<Row[]> {
  const { interceptor, env } = await intercepted()
  const seen: { sent: number; answered: number }[] = []
  interceptor.use({
    before: () => {
      seen.push({ sent: performance.now(), answered: 0 })
      return false
    },
    after: ({ index }) => {
      const one = seen[index]
      if (one !== undefined) one.answered = performance.now()
      return false
    },
  })
  const countFrom = (from: number, until: number, whole: number, before: number): Applied => {
    const these = seen.filter(({ sent }) => sent >= from && sent <= until)
    const last = Math.max(...these.map(({ answered }) => answered))
    return { requests: these.length, busy: (last - (these[0]?.sent ?? last)) / 1000, whole, all: seen.length - before }
  }
  const samples: { mine: Applied; theirs: Applied }[] = []
  for (let round = 0; round < 5; round += 1) {
    const [first, second] = [await createNamespace(), await createNamespace()]
    const before = seen.length
    const phase = await applyPhase(['deploy', '-f', work.workspace, '--byo', '-n', first], { ...direct, ...env })
    const mine = countFrom(phase.from, phase.until, phase.whole, before)
    const [from, counted] = [performance.now(), seen.length]
    const args = ['apply', '--server-side', '-f', work.manifests, '-n', second]
    const { wall } = await measure({ file: kubectl, args, env: { ...direct, ...env } })
    samples.push({ mine, theirs: countFrom(from, performance.now(), wall, counted) })
    await kaito(['delete', NAME, '--yes', '-n', first], { env: direct })
    for (const namespace of [first, second]) await deleteNamespace(namespace)
  }
  await interceptor.close()
  const of = (side: 'mine' | 'theirs', figure: keyof Applied): number => median(samples.map((s) => s[side][figure]))
  const beside = '`kubectl apply --server-side`'
  const [busy, requests] = [
    of('mine', 'busy') / of('theirs', 'busy'),
    of('mine', 'requests') / of('theirs', 'requests'),
  ]
  return [
    {
      what: `requests to apply ${work.objects} objects`,
      kaito: String(of('mine', 'requests')),
      beside: `${beside}: ${of('theirs', 'requests')}`,
      ratio: times(requests),
      goal: '≤ 1 ×',
      holds: requests <= 1,
    },
    {
      what: 'time of these requests',
      kaito: `${seconds(of('mine', 'busy'))} (whole deploy ${seconds(of('mine', 'whole'))})`,
      beside: `${beside}: ${seconds(of('theirs', 'busy'))} (whole process ${seconds(of('theirs', 'whole'))})`,
      ratio: times(busy),
      goal: '≤ 1 ×',
      holds: busy <= 1,
    },
    {
      what: 'requests of the whole `kaito deploy` of them',
      kaito: String(of('mine', 'all')),
      beside: `${beside}: ${of('theirs', 'all')}`,
      ratio: times(of('mine', 'all') / of('theirs', 'all')),
      goal: '-',
      holds: true,
    },
  ]
}

/** When the objects were applied, by the progress that the command reports; milliseconds of performance.now(). */
async function applyPhase(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ from: number; until: number; whole: number }> {
  const begun = performance.now()
  let [from, until, rest] = [0, 0, '']
  const read = (text: Buffer | string): void => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as { type: string; phase: string }
      if (event.phase === 'apply' && event.type === 'phase.started') from = performance.now()
      if (event.phase === 'apply' && event.type === 'phase.finished') until = performance.now()
    }
  }
  const onStart = (child: ChildProcess): void => void child.stderr?.on('data', read)
  const { code, stderr } = await kaito([...args, '--progress', 'json'], { env, onStart })
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
  return { from, until, whole: (performance.now() - begun) / 1000 }
}

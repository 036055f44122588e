/** A command line whose requests are written down on their way to a sandbox of its own. */
import type { Interception } from '../../cluster/suite/interceptor.ts'
import type { OwnSandbox } from '../../sandbox/sandbox.ts'
import { ended, sandboxThrough } from '../through.ts'
import { nameOf } from './request-name.ts'

export interface Recorder {
  folder: string
  sandbox: OwnSandbox
  /** The names of its requests, in order. Throws when it does not end with 0. */
  record(...args: string[]): Promise<string[]>
  /** The same, while something happens to its requests. */
  recordUnder(also: Interception, env: Record<string, string>, ...args: string[]): Promise<string[]>
  /** What it has said last, on stdout. */
  shown(): string
  end(): Promise<void>
}

/** Nothing takes its time: what is asked then depends on the commands alone. */
const SPEED = 100_000

export async function startRecorder(fill?: (sandbox: OwnSandbox) => void, speed = SPEED): Promise<Recorder> {
  const through = await sandboxThrough({ speed, ...(fill === undefined ? {} : { fill }) })
  const { sandbox, folder, interceptor, run, end } = through
  let last = ''
  const recordUnder: Recorder['recordUnder'] = async (also, env, ...args) => {
    const bodies = new Map<number, string>()
    interceptor.reset()
    interceptor.use({
      ...also,
      rewrite({ index }, body) {
        bodies.set(index, body)
        return body
      },
    })
    last = ended(await run(args, { env })).stdout
    return interceptor.requests.map((seen) => nameOf({ ...seen, body: bodies.get(seen.index) ?? '' }))
  }
  return {
    folder,
    sandbox,
    record: (...args) => recordUnder({}, {}, ...args),
    recordUnder,
    shown: () => last,
    end,
  }
}

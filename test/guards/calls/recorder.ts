/** A command line whose requests are written down on their way to a sandbox of its own. */
import type { OwnSandbox } from '../../sandbox/sandbox.ts'
import { ended, sandboxThrough } from '../through.ts'
import { nameOf } from './request-name.ts'

export interface Recorder {
  folder: string
  sandbox: OwnSandbox
  /** The names of its requests, in order. Throws when it does not end with 0. */
  record(...args: string[]): Promise<string[]>
  /** What it has said last, on stdout. */
  shown(): string
  end(): Promise<void>
}

/** Nothing takes its time: what is asked then depends on the commands alone. */
const SPEED = 100_000

export async function startRecorder(fill?: (sandbox: OwnSandbox) => void): Promise<Recorder> {
  const through = await sandboxThrough({ speed: SPEED, ...(fill === undefined ? {} : { fill }) })
  const { sandbox, folder, interceptor, run, end } = through
  let last = ''
  return {
    folder,
    sandbox,
    async record(...args) {
      const bodies = new Map<number, string>()
      interceptor.reset()
      interceptor.use({
        rewrite({ index }, body) {
          bodies.set(index, body)
          return body
        },
      })
      last = ended(await run(args)).stdout
      return interceptor.requests.map((seen) => nameOf({ ...seen, body: bodies.get(seen.index) ?? '' }))
    },
    shown: () => last,
    end,
  }
}

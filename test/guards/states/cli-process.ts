/** Runs one command after the other in one process, as its parent asks: to load the program takes longer than most commands. */
import { enableCompileCache } from 'node:module'

export interface Ask {
  argv: string[]
  env: Record<string, string>
}

/** `tick`: it runs, and this process gets its share of the machine. */
export type Tell = { tick: true } | { stdout: string } | { stderr: string } | { code: number | null }

const TICK_MS = 50

const tell = (what: Tell): void => void process.send?.(what)

function listenTo(name: 'stdout' | 'stderr'): void {
  const stream = process[name]
  // Each command listens to its streams anew.
  stream.setMaxListeners(0)
  stream.write = (chunk: string | Uint8Array): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    tell(name === 'stdout' ? { stdout: text } : { stderr: text })
    return true
  }
}

async function run({ argv, env }: Ask): Promise<void> {
  for (const key of Object.keys(process.env)) delete process.env[key]
  Object.assign(process.env, env)
  const built = new URL('../../../dist/main.cjs', import.meta.url).href
  const { main } = (await import(built)) as { main(argv: readonly string[]): Promise<number> }
  const ticking = setInterval(() => tell({ tick: true }), TICK_MS)
  try {
    tell({ code: await main(argv) })
  } catch (error) {
    tell({ stderr: String(error) })
    tell({ code: null })
  } finally {
    clearInterval(ticking)
  }
}

enableCompileCache()
listenTo('stdout')
listenTo('stderr')
process.on('message', (message: Ask | 'interrupt') => {
  if (message === 'interrupt') process.emit('SIGINT')
  else void run(message)
})

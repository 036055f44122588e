/** kaito in the process of the tests, for those that ask it hundreds of things: argv and standard input in, what it said and how it ended out. */
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createKaito } from '#cli/main.ts'
import type { Io } from '#cli/terminal/io.ts'
import { SHIPPED } from '#cli/wiring/registries.ts'
import { catalogOf } from '#core/catalog/in-memory.ts'
import { readPresets } from '#data/preset-files.ts'
import { createRedactor } from '#ui/text/redact.ts'

export const SHIPPED_ROWS = readPresets(fileURLToPath(new URL('../../presets', import.meta.url)), SHIPPED.engines)
const catalog = catalogOf(SHIPPED_ROWS)
const main = createKaito(async () => ({ ...SHIPPED, data: { ...SHIPPED.data, catalog: async () => catalog } }))

export interface Answer {
  code: number
  stdout: string
  stderr: string
  tookMs: number
}

/** @param env all of it. */
export async function inProcess(argv: readonly string[], text: string, env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(text)
  const io = { stdin: () => stdin, stdout, stderr, env, redact: createRedactor({}), onInterrupt: () => () => undefined }
  const started = performance.now()
  const code = await main(argv, io as unknown as Io)
  const said = (stream: PassThrough): string => String(stream.read() ?? '')
  return { code, stdout: said(stdout), stderr: said(stderr), tookMs: performance.now() - started }
}

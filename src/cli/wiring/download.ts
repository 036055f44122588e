/** A workspace file from an https address: over TLS all the way, through the environment's proxy, and no more than such a file may be long. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { type ErrorCode, KaitoError } from '#core/errors.ts'

/** A workspace file is a few kilobytes. */
const MAX_BYTES = 1024 * 1024
const TIMEOUT_MS = 15_000
const MAX_REDIRECTS = 3
const OTHERWISE = 'Use an https URL, or download it and pass the file.'
const AGAIN = 'Try again, or download it and pass the file.'

interface Way {
  env: NodeJS.ProcessEnv
  signal: AbortSignal
}

export async function download(url: string, { env, signal }: Way): Promise<string> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw failed('USAGE', url, 'only https is read: over http, anybody on the way could change it', OTHERWISE)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    return await textOf(await get(new URL(url), { env, signal: limit }, MAX_REDIRECTS), url)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof KaitoError) throw error
    const why = limit.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : (error as Error).message
    throw failed('UNAVAILABLE', url, why, AGAIN)
  }
}

async function get(url: URL, way: Way, redirects: number): Promise<IncomingMessage> {
  const { proxyAgentFor } = await import('#kube/access/proxy-agent.ts')
  const agent = await proxyAgentFor(url.href, way.env)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      signal: way.signal,
      headers: { accept: 'text/*, application/*' },
      ...(agent === undefined ? {} : { agent }),
    }
    request(url, options, resolve).on('error', reject).end()
    way.signal.addEventListener('abort', () => reject(way.signal.reason), { once: true })
  })
  const { statusCode = 0, headers } = answer
  if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return answer
  answer.resume()
  const next = new URL(headers.location, url)
  if (next.protocol !== 'https:')
    throw failed('USAGE', url.href, `it redirects to ${next.protocol}//${next.host}`, OTHERWISE)
  if (redirects === 0) throw failed('UNAVAILABLE', url.href, 'it redirects too many times', 'Use the final URL.')
  return get(next, way, redirects - 1)
}

async function textOf(answer: IncomingMessage, url: string): Promise<string> {
  const { statusCode = 0, headers } = answer
  if (statusCode === 404 || statusCode === 410)
    throw failed('NOT_FOUND', url, `the server answers ${statusCode}`, 'Check the URL, and whether it needs a login.')
  if (statusCode !== 200) throw failed('UNAVAILABLE', url, `the server answers ${statusCode}`, AGAIN)
  if (/^text\/html/.test(headers['content-type'] ?? ''))
    throw failed('USAGE', url, 'this is a web page', 'Use the URL of the file itself; on GitHub that is "Raw".')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES)
      throw failed(
        'USAGE',
        url,
        `it is larger than ${MAX_BYTES} bytes`,
        'A workspace file is a few kilobytes. Is this the right one?',
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failed(code: ErrorCode, url: string, reason: string, hint: string): KaitoError {
  return new KaitoError({ code, phase: 'spec', message: `Cannot read ${url}.`, reason, hint })
}

/** Scripted completions, whole or as server-sent events, in vLLM's shapes. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Counters } from './metrics.ts'
import { sendJson } from './reply.ts'
import type { Asked } from './request.ts'
import { chatAnswer, completionOf, type Written, write } from './script.ts'

/** Between two tokens of a stream. */
const PACE_MS = 15
const FINGERPRINT = 'kaito-sandbox'

export interface Answer {
  id: string
  /** Seconds. */
  created: number
  asked: Asked
  kind: Kind
}

/** What differs between a conversation and a completion. */
export interface Kind {
  prefix: 'chatcmpl' | 'cmpl'
  object: string
  chunkObject: string
  script(prompt: string, model: string): string
  whole(index: number, text: string, end: End): object
  /** Comes before the words. */
  opening: ((index: number) => object) | undefined
  piece(index: number, text: string, end: End | undefined): object
  /** Fields of a whole answer that the sandbox leaves empty. */
  empty: object
}

interface End {
  finish_reason: string
  stop_reason: string | null
}

const EMPTY = { kv_transfer_params: null, ec_transfer_params: null, metrics: null }

export const CHAT: Kind = {
  prefix: 'chatcmpl',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  script: chatAnswer,
  whole(index, content, end) {
    const unused = { refusal: null, annotations: null, audio: null, function_call: null, reasoning: null }
    return { index, message: { role: 'assistant', content, ...unused }, logprobs: null, ...end, token_ids: null }
  },
  opening: (index) => ({ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }),
  piece: (index, content, end) => ({
    index,
    delta: { content },
    logprobs: null,
    ...(end ?? { finish_reason: null }),
    token_ids: null,
  }),
  empty: { prompt_logprobs: null, prompt_token_ids: null, prompt_text: null, ...EMPTY },
}

export const COMPLETION: Kind = {
  prefix: 'cmpl',
  object: 'text_completion',
  chunkObject: 'text_completion',
  script: completionOf,
  whole: (index, text, end) => ({
    index,
    text,
    logprobs: null,
    ...end,
    token_ids: null,
    prompt_logprobs: null,
    prompt_token_ids: null,
  }),
  opening: undefined,
  piece: (index, text, end) => ({
    index,
    text,
    logprobs: null,
    ...(end ?? { finish_reason: null, stop_reason: null }),
    prompt_token_ids: null,
    token_ids: null,
  }),
  empty: EMPTY,
}

export async function answer(response: ServerResponse, given: Answer, counts: Counters): Promise<void> {
  const { asked, kind } = given
  const written = asked.prompts.flatMap(({ text }) => {
    const one = write(kind.script(text, asked.model), asked.budget, asked.stops)
    return Array.from({ length: asked.choices }, () => one)
  })
  counts.promptTokens += asked.prompts.reduce((sum, { tokens }) => sum + tokens, 0)
  if (asked.isStream) return stream(response, given, written, counts)
  for (const one of written) count(counts, one, one.pieces.length)
  sendJson(response, 200, {
    id: given.id,
    object: kind.object,
    created: given.created,
    model: asked.model,
    choices: written.map((one, index) => kind.whole(index, one.pieces.join(''), endOf(one))),
    service_tier: null,
    system_fingerprint: FINGERPRINT,
    usage: { ...usageOf(asked, written), prompt_tokens_details: null, completion_tokens_details: null },
    ...kind.empty,
  })
}

async function stream(
  response: ServerResponse,
  { id, created, asked, kind }: Answer,
  written: readonly Written[],
  counts: Counters,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const event = async (choices: readonly object[], more: object = {}): Promise<void> => {
    const data = { id, object: kind.chunkObject, created, model: asked.model, choices, ...more }
    if (!response.write(`data: ${JSON.stringify(data)}\n\n`)) await once(response, 'drain', { signal: gone.signal })
  }
  let sent = 0
  try {
    if (kind.opening !== undefined) for (const index of written.keys()) await event([kind.opening(index)])
    const longest = Math.max(...written.map(({ pieces }) => pieces.length), 1)
    for (let at = 0; at < longest; at++) {
      await sleep(PACE_MS, undefined, { signal: gone.signal })
      for (const [index, one] of written.entries()) {
        const isLast = at === Math.max(one.pieces.length, 1) - 1
        if (at >= one.pieces.length && !isLast) continue
        await event([kind.piece(index, one.pieces[at] ?? '', isLast ? endOf(one) : undefined)])
        sent += one.pieces[at] === undefined ? 0 : 1
      }
    }
    if (asked.hasUsage) await event([], { usage: usageOf(asked, written), system_fingerprint: FINGERPRINT })
    response.end('data: [DONE]\n\n')
    for (const one of written) count(counts, one, one.pieces.length)
  } catch (error) {
    if (!gone.signal.aborted) throw error
    // The client went away: vLLM aborts the request.
    counts.generationTokens += sent
    counts.finished.abort += written.length
  }
}

function endOf({ finish, stopReason }: Written): End {
  return { finish_reason: finish, stop_reason: stopReason }
}

function usageOf(asked: Asked, written: readonly Written[]) {
  const prompt = asked.prompts.reduce((sum, { tokens }) => sum + tokens, 0)
  const completion = written.reduce((sum, { pieces }) => sum + pieces.length, 0)
  return { prompt_tokens: prompt, total_tokens: prompt + completion, completion_tokens: completion }
}

function count(counts: Counters, { finish }: Written, tokens: number): void {
  counts.generationTokens += tokens
  counts.finished[finish] += 1
}

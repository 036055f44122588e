/** The bodies that are asked: read, checked in vLLM's order, and brought to one shape. */
import type { IncomingMessage } from 'node:http'
import { badMediaType, badShape, badValue, engineRefusal } from './reply.ts'
import { LONGEST_PIECE, tokensOf } from './script.ts'

export type Body = Readonly<Record<string, unknown>>

export interface Asked {
  /** As it came; the answer repeats it. */
  model: string
  /** One text per prompt; a conversation is one. */
  prompts: readonly Prompt[]
  budget: number
  choices: number
  stops: readonly string[]
  isStream: boolean
  hasUsage: boolean
}

interface Prompt {
  /** What the answer quotes. */
  text: string
  tokens: number
}

/** Tokens that a chat template adds to each message, and to begin the answer. */
const PER_MESSAGE = 4
const TO_ANSWER = 3
const COMPLETION_TOKENS = 16
const MOST_CHOICES = 16_384

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const text = await readText(request)
  const mediaType = (request.headers['content-type'] ?? '').toLowerCase().split(';')[0]?.trim()
  if (mediaType !== 'application/json') throw badMediaType()
  if (text === '') throw badShape({ type: 'missing', loc: 'body', msg: 'Field required', input: 'None' })
  const body = parse(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badShape({
      type: 'model_attributes_type',
      loc: 'body',
      msg: 'Input should be a valid dictionary or object to extract fields from',
      input: String(body).slice(0, 200),
    })
  return body as Body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '0'
    const found = { type: 'json_invalid', loc: `body.${at}`, msg: 'JSON decode error', input: '<dict of 0 items>' }
    throw badShape({ ...found, ctx: 'Expecting value' })
  }
}

/** The name that was asked for, or the first when none was. */
export function servedModel(body: Body, servedNames: readonly string[]): string {
  const [first = ''] = servedNames
  const { model } = body
  if (model === undefined || model === null || model === '') return first
  if (typeof model !== 'string') throw wrongType('model', 'string_type', 'Input should be a valid string', model)
  if (servedNames.includes(model)) return model
  const message = `The model \`${model}\` does not exist. Valid aliases: ${servedNames.join(', ')}.`
  throw engineRefusal(404, 'NotFoundError', message, 'model')
}

export function askedChat(body: Body, servedNames: readonly string[], maxModelLen: number): Asked {
  const { messages } = body
  if (messages === undefined)
    throw badShape({ type: 'missing', loc: 'body.messages', msg: 'Field required', input: sizeOf(body) })
  if (!Array.isArray(messages)) throw wrongType('messages', 'list_type', 'Input should be a valid list', messages)
  const said = messages.map((message: unknown, at) => contentOf(message, at))
  const lastOfUser = said.findLast(({ role }) => role === 'user') ?? said.at(-1)
  const tokens = said.reduce((sum, { content }) => sum + tokensOf(content).length + PER_MESSAGE, TO_ANSWER)
  const characters = said.reduce((sum, { content }) => sum + content.length, 0)
  const name = body['max_completion_tokens'] === undefined ? 'max_tokens' : 'max_completion_tokens'
  const prompt = { text: lastOfUser?.content ?? '', tokens, characters }
  return asked(body, servedNames, maxModelLen, [prompt], { name, fallback: maxModelLen })
}

export function askedCompletion(body: Body, servedNames: readonly string[], maxModelLen: number): Asked {
  const texts = promptsOf(body['prompt'])
  if (texts.length === 0) throw badValue('Either prompt or prompt_embeds must be provided and non-empty.', 'prompt')
  const prompts = texts.map((given) =>
    typeof given === 'string'
      ? { text: given, tokens: tokensOf(given).length, characters: given.length }
      : { text: `${given.length} token ids`, tokens: given.length, characters: 0 },
  )
  return asked(body, servedNames, maxModelLen, prompts, { name: 'max_tokens', fallback: COMPLETION_TOKENS })
}

function asked(
  body: Body,
  servedNames: readonly string[],
  maxModelLen: number,
  prompts: readonly (Prompt & { characters: number })[],
  limit: { name: string; fallback: number },
): Asked {
  const model = servedModel(body, servedNames)
  const wanted = integer(body, limit.name) ?? limit.fallback
  if (wanted > maxModelLen) {
    const message = `${limit.name}=${wanted} cannot be greater than max_model_len=${maxModelLen}. Please request fewer output tokens.`
    throw badValue(message, limit.name, wanted)
  }
  for (const prompt of prompts) checkLength(prompt, maxModelLen)
  const room = maxModelLen - Math.max(...prompts.map(({ tokens }) => tokens))
  const budget = Math.min(wanted, room)
  if (budget < 1) throw badValue(`max_tokens must be at least 1, got ${budget}.`, 'max_tokens', budget)
  const choices = integer(body, 'n') ?? 1
  if (choices < 1) throw badValue(`n must be at least 1, got ${choices}.`, 'n', choices)
  if (choices > MOST_CHOICES) throw badValue(`n must be at most ${MOST_CHOICES}, got ${choices}.`, 'n', choices)
  const { stop, stream, stream_options: options } = body
  return {
    model,
    prompts,
    budget,
    choices,
    stops: (Array.isArray(stop) ? stop : [stop]).filter((one): one is string => typeof one === 'string'),
    isStream: stream === true,
    hasUsage: (options as { include_usage?: unknown } | null | undefined)?.include_usage === true,
  }
}

/** The tokeniser stops one token after the limit, so the real length is not known: "at least". */
function checkLength({ tokens, characters }: Prompt & { characters: number }, limit: number): void {
  const most = limit * LONGEST_PIECE
  const context = `This model's maximum context length is ${limit} tokens. However, your prompt contains`
  const advice = 'Please reduce the length of the input prompt.'
  if (characters > most) {
    const bound = `(more than ${most} characters, which is the upper bound for ${limit} input tokens)`
    throw badValue(`${context} ${characters} characters ${bound}. ${advice}`, 'input_text', characters)
  }
  if (tokens > limit) {
    const count = `at least ${limit + 1} input tokens, which exceeds this limit even without any output tokens`
    throw badValue(`${context} ${count}. ${advice}`, 'input_tokens', limit + 1)
  }
}

function contentOf(message: unknown, at: number): { role: string; content: string } {
  const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown }
  if (typeof role !== 'string')
    throw badShape({ type: 'missing', loc: `body.messages.${at}.role`, msg: 'Field required', input: sizeOf(message) })
  if (!Array.isArray(content)) return { role, content: typeof content === 'string' ? content : '' }
  const parts = content.map((part: { type?: unknown; text?: unknown } | null) => {
    if (typeof part?.text === 'string') return part.text
    throw engineRefusal(400, 'BadRequestError', "kaito's sandbox reads text only, not pictures or sound.", 'messages')
  })
  return { role, content: parts.join('\n') }
}

/** A text, several, token ids, or several of these. */
function promptsOf(prompt: unknown): (string | unknown[])[] {
  if (typeof prompt === 'string') return prompt === '' ? [] : [prompt]
  if (!Array.isArray(prompt) || prompt.length === 0) return []
  if (typeof prompt[0] === 'number') return [prompt]
  return prompt.filter((one): one is string | unknown[] => typeof one === 'string' || Array.isArray(one))
}

function integer(body: Body, name: string): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw wrongType(name, 'int_type', 'Input should be a valid integer', value)
}

function wrongType(name: string, type: string, msg: string, value: unknown) {
  return badShape({ type, loc: `body.${name}`, msg, input: String(value).slice(0, 200) })
}

function sizeOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? `<dict of ${Object.keys(value).length} items>` : String(value)
}

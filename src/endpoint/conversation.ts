/** Talking to an OpenAI-compatible server: one completion, as it is written. */

export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface Conversation {
  model: string
  /** False: the model has no chat template, and gets the last message as a plain prompt. */
  chat: boolean
  messages: readonly Message[]
  maxTokens?: number
  temperature?: number
}

/** One request of a streamed completion. Source: OpenAI API reference, chat completions and completions. */
export function requestOf(conversation: Conversation): { path: string; body: string } {
  const { model, chat, messages, maxTokens, temperature } = conversation
  const common = {
    model,
    stream: true,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
  return chat
    ? { path: '/v1/chat/completions', body: JSON.stringify({ ...common, messages }) }
    : { path: '/v1/completions', body: JSON.stringify({ ...common, prompt: messages.at(-1)?.content ?? '' }) }
}

/** What comes of an answer: what the model thinks before it answers, its words, and why it ended. */
export type Said = { kind: 'thought' | 'words'; text: string } | { kind: 'end'; reason: string }

interface Choice {
  text?: string
  /** Engines call thoughts one or the other. */
  delta?: { content?: string | null; reasoning?: string | null; reasoning_content?: string | null }
  finish_reason?: string | null
}

interface Piece {
  error?: { message?: string }
  choices?: Choice[]
}

/** A stream of server-sent events, read as it comes. Throws what the server says when it fails on the way. */
export async function* answerOf(chunks: AsyncIterable<string>): AsyncIterable<Said> {
  let isEnded = false
  for await (const data of eventsOf(chunks)) {
    if (data === '[DONE]') return
    const { error, choices } = JSON.parse(data) as Piece
    if (error !== undefined) throw new Error(error.message ?? data)
    const [choice = {}] = choices ?? []
    const { delta = {}, finish_reason: reason } = choice
    const thought = delta.reasoning ?? delta.reasoning_content ?? ''
    const words = delta.content ?? choice.text ?? ''
    if (thought !== '') yield { kind: 'thought', text: thought }
    if (words !== '') yield { kind: 'words', text: words }
    if (typeof reason !== 'string') continue
    isEnded = true
    yield { kind: 'end', reason }
  }
  if (!isEnded) throw new Error('the stream ended in the middle of the answer')
}

/** The data of each event: engines write one line of data per event. */
async function* eventsOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) yield line.slice('data:'.length).trim()
  }
}

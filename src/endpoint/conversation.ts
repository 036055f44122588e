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

interface Piece {
  error?: { message?: string }
  choices?: { text?: string; delta?: { content?: string | null } }[]
}

/** The words of a stream of server-sent events, as they come. Throws what the server says when it fails on the way. */
export async function* wordsOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  for await (const data of eventsOf(chunks)) {
    if (data === '[DONE]') return
    const { error, choices } = JSON.parse(data) as Piece
    if (error !== undefined) throw new Error(error.message ?? data)
    const [choice] = choices ?? []
    const words = choice?.delta?.content ?? choice?.text ?? ''
    if (words !== '') yield words
  }
}

/** The data of each event; vLLM writes one line of data per event. */
async function* eventsOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) yield line.slice('data:'.length).trim()
  }
}

import { advice, kaito } from '#core/advice.ts'
import { type ErrorCode, hasCode, KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { ChatResult } from '#core/results.ts'
import { type Chat, type ChatSettings, openChat } from '#pipeline/use/chat.ts'
import type { CommandSpec } from '../command.ts'
import { parseCount, parseNumber } from '../flags/values.ts'
import { readStdin } from '../input/read-sources.ts'
import { workspaceNamed } from '../input/workspace-names.ts'
import type { Session } from '../session.ts'
import { converse } from '../terminal/conversation.ts'
import { answerWriterOf } from '../terminal/writers.ts'

interface ChatOptions {
  prompt?: string
  system?: string
  maxTokens?: number
  temperature?: number
}

type Message = Parameters<Chat['say']>[0][number]

export const chatCommand: CommandSpec<ChatOptions> = {
  name: 'chat',
  argument: { syntax: '<name>', description: 'workspace name' },
  summary: 'talk to the model: one prompt, or a conversation on a terminal',
  group: 'Inspect',
  forms: ['text', 'json', 'yaml'],
  examples: [
    { args: "chat mistral-7b -p 'Why is the sky blue?'", says: 'One prompt; the answer is streamed to stdout' },
    { args: 'chat mistral-7b', says: 'A conversation; an empty line or Ctrl-D ends it' },
    {
      args: "chat mistral-7b -p 'Write a haiku' --max-tokens 64 --temperature 0 -o json",
      says: 'Short and deterministic, for a script',
    },
  ],
  options: (command) =>
    command
      .option('-p, --prompt <text>', 'the prompt (default: stdin, or a conversation on a terminal)')
      .option('--system <text>', 'system prompt')
      .option('--max-tokens <n>', 'maximum length of an answer, in tokens', parseCount)
      .option('--temperature <t>', 'sampling temperature; 0 is deterministic', parseNumber),
  async run([name], options, session) {
    const isConversation = options.prompt === undefined && session.io.stdin().isTTY === true
    const { output, isOutputTyped } = session.options
    if (isConversation && output !== 'text' && isOutputTyped) throw oneQuestion(name ?? '', output)
    const { objectName, namespace } = await workspaceNamed(name, session)
    const ports = await session.ports()
    const prompt = isConversation ? '' : (options.prompt ?? (await readStdin(session.io)))
    if (!isConversation && prompt.trim() === '') throw noQuestion(name ?? '')
    const chat = await openChat(objectName, namespace, ports)
    const messages: Message[] = options.system === undefined ? [] : [{ role: 'system', content: options.system }]
    const asked: Message[] = [...messages, { role: 'user', content: prompt }]
    if (isConversation) await hold(chat, messages, options, session)
    else if (output === 'text') await answer(chat, asked, options, session, session.signal)
    else {
      const { system } = options
      const about = { workspace: objectName, namespace, model: chat.model, ...(system === undefined ? {} : { system }) }
      const whole = await wholeAnswer(chat.say(asked, settingsOf(options), session.signal))
      session.print([{ kind: 'Chat', ...about, prompt, ...whole }])
    }
    return 0
  },
}

function settingsOf({ maxTokens, temperature }: ChatOptions): ChatSettings {
  return {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
}

async function wholeAnswer(
  answer: ReturnType<Chat['say']>,
): Promise<Pick<ChatResult, 'answer' | 'thought' | 'finishReason'>> {
  const text = { words: '', thought: '' }
  let finishReason = ''
  for await (const said of answer) {
    if (said.kind === 'end') finishReason = said.reason
    else text[said.kind] += said.text
  }
  const { words, thought } = text
  return { answer: words, ...(thought === '' ? {} : { thought }), finishReason }
}

/** Streams one answer and returns its words: of one that was interrupted, those that came. */
async function answer(
  chat: Chat,
  messages: readonly Message[],
  options: ChatOptions,
  session: Session,
  signal: AbortSignal,
): Promise<string> {
  const writer = answerWriterOf(session)
  const words: string[] = []
  let end = ''
  try {
    for await (const said of chat.say(messages, settingsOf(options), signal)) {
      if (said.kind === 'end') end = said.reason
      else writer[said.kind](said.text)
      if (said.kind === 'words') words.push(said.text)
    }
  } catch (error) {
    if (!signal.aborted || session.signal.aborted) throw error
  } finally {
    writer.end()
  }
  const text = words.join('')
  if (end === 'length' && text.trim() === '') session.emit(cutOff())
  return text
}

/** What goes wrong with one answer does not end a conversation: the next may come from another pod. */
async function hold(chat: Chat, messages: Message[], options: ChatOptions, session: Session): Promise<void> {
  const greeting = `${chat.model}. Ctrl-C stops an answer; an empty line, exit or Ctrl-D ends the conversation.`
  await converse(session, greeting, async (content, signal) => {
    const question: Message = { role: 'user', content }
    try {
      const text = await answer(chat, [...messages, question], options, session, signal)
      // Templates want question and answer by turns.
      if (text !== '') messages.push(question, { role: 'assistant', content: text })
    } catch (error) {
      if (!hasCode(error, ...PASSING)) throw error
      const { message, reason = '', hint } = error
      session.emit({
        type: 'warning',
        phase: 'verify',
        code: error.code,
        message: advice`${message} ${reason} ${hint}`,
      })
    }
  })
}

const PASSING: readonly ErrorCode[] = ['NOT_ANSWERING', 'INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE', 'THROTTLED']

function cutOff(): EventBody {
  return {
    type: 'warning',
    phase: 'verify',
    code: 'cut-off',
    message: 'The answer reached its token limit before its first word; raise --max-tokens.',
  }
}

function oneQuestion(name: string, output: string): KaitoError {
  const example = kaito('chat', { workspace: name, settings: { prompt: 'Hello', output } })
  return new KaitoError({
    code: 'USAGE',
    phase: 'verify',
    message: `-o ${output} needs one prompt; a conversation has no such output.`,
    hint: advice`For example: ${example}`,
  })
}

function noQuestion(name: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'verify',
    message: 'No prompt: -p is missing or empty, and stdin is empty.',
    hint: advice`For example: ${kaito('chat', { workspace: name, settings: { prompt: 'Hello' } })}`,
  })
}

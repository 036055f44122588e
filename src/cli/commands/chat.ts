import { KaitoError } from '#core/errors.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { type Chat, type ChatSettings, openChat } from '#pipeline/chat.ts'
import type { CommandSpec } from '../command.ts'
import { readStdin } from '../input.ts'
import { parseCount, parseNumber } from '../options.ts'
import { questionsOf } from '../questions.ts'
import type { Session } from '../session.ts'

interface ChatOptions {
  prompt?: string
  system?: string
  maxTokens?: number
  temperature?: number
}

type Message = Parameters<Chat['say']>[0][number]

export const chatCommand: CommandSpec<ChatOptions> = {
  name: 'chat',
  argument: { syntax: '<name>', description: 'name of the workspace' },
  summary: 'talk to the model: one question, or a conversation on a terminal',
  group: 'Look',
  examples: [
    { args: "chat mistral-7b -p 'Why is the sky blue?'", says: 'One question; the answer is streamed to stdout' },
    { args: 'chat mistral-7b', says: 'A conversation; an empty line or Ctrl-D ends it' },
    { args: "chat mistral-7b -p 'Write a haiku' --max-tokens 64 --temperature 0", says: 'Short and repeatable' },
  ],
  options: (command) =>
    command
      .option('-p, --prompt <text>', 'the question (default: standard input, or a conversation on a terminal)')
      .option('--system <text>', 'what the model is told first')
      .option('--max-tokens <n>', 'length of an answer at most', parseCount)
      .option('--temperature <t>', '0 always says the same', parseNumber),
  async run(name, options, session) {
    const ports = await session.ports()
    const isConversation = options.prompt === undefined && session.io.stdin.isTTY === true
    const question = isConversation ? '' : (options.prompt ?? (await readStdin(session.io)))
    if (!isConversation && question.trim() === '') throw noQuestion(name ?? '')
    const chat = await openChat(objectNameFor(name ?? ''), ports.kube.identity().namespace, ports)
    try {
      const messages: Message[] = options.system === undefined ? [] : [{ role: 'system', content: options.system }]
      if (isConversation) await converse(chat, messages, options, session)
      else await answer(chat, [...messages, { role: 'user', content: question }], options, session)
    } finally {
      await chat.close()
    }
    return 0
  },
}

/** Streams one answer to stdout and returns it. */
async function answer(chat: Chat, messages: Message[], options: ChatOptions, session: Session): Promise<string> {
  const { maxTokens, temperature } = options
  const settings: ChatSettings = {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
  const words: string[] = []
  for await (const word of chat.say(messages, settings)) {
    words.push(word)
    session.io.stdout.write(word)
  }
  const text = words.join('')
  if (!text.endsWith('\n')) session.io.stdout.write('\n')
  return text
}

async function converse(chat: Chat, messages: Message[], options: ChatOptions, session: Session): Promise<void> {
  session.io.stderr.write(`${chat.model}; an empty line or Ctrl-D ends the conversation.\n`)
  for await (const question of questionsOf(session)) {
    messages.push({ role: 'user', content: question })
    messages.push({ role: 'assistant', content: await answer(chat, messages, options, session) })
  }
}

function noQuestion(name: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'verify',
    message: 'There is no question: -p is missing or empty, and standard input holds nothing.',
    hint: `For example: kaito chat ${name} -p 'Hello'`,
  })
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerOf, requestOf, type Said } from '#endpoint/conversation.ts'

async function* pieces(...chunks: string[]): AsyncIterable<string> {
  yield* chunks
}
async function answer(...chunks: string[]): Promise<Said[]> {
  const found: Said[] = []
  for await (const said of answerOf(pieces(...chunks))) found.push(said)
  return found
}
const DONE = 'data: [DONE]\n\n'
const words = async (...chunks: string[]): Promise<string[]> =>
  (await answer(...chunks)).flatMap((said) => (said.kind === 'words' ? [said.text] : []))
const delta = (given: object, reason: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ delta: given, finish_reason: reason }] })}\n\n`
const chat = (content: string | null): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`

describe('requestOf', () => {
  it('asks a chat model with all messages, and another with the last alone', () => {
    const messages = [
      { role: 'user' as const, content: 'a' },
      { role: 'user' as const, content: 'b' },
    ]
    const asked = requestOf({ model: 'm', chat: true, messages, maxTokens: 8, temperature: 0 })
    expect(asked.path).toBe('/v1/chat/completions')
    expect(JSON.parse(asked.body)).toEqual({ model: 'm', stream: true, max_tokens: 8, temperature: 0, messages })
    const plain = requestOf({ model: 'm', chat: false, messages })
    expect(plain.path).toBe('/v1/completions')
    expect(JSON.parse(plain.body)).toEqual({ model: 'm', stream: true, prompt: 'b' })
  })
})

describe('answerOf', () => {
  it('reads chats and plain completions, up to [DONE]', async () => {
    expect(await words(chat(null), chat('Hel'), chat('lo'), DONE, chat('never'))).toEqual(['Hel', 'lo'])
    expect(await words('data: {"choices":[{"text":"a"}]}\r\n\r\n', DONE)).toEqual(['a'])
    expect(await words(': a comment\n\n', 'event: x\n', 'data: {"choices":[],"usage":{}}\n\n', DONE)).toEqual([])
  })

  it('tells thoughts from words, under both names, and why it ended', async () => {
    const said = await answer(
      delta({ reasoning: 'Hm' }),
      delta({ reasoning_content: 'm.' }),
      delta({ reasoning: null, content: 'Yes' }),
      delta({ content: '' }, 'length'),
      DONE,
    )
    expect(said).toEqual([
      { kind: 'thought', text: 'Hm' },
      { kind: 'thought', text: 'm.' },
      { kind: 'words', text: 'Yes' },
      { kind: 'end', reason: 'length' },
    ])
  })

  it('an error on the way is thrown with the server’s words', async () => {
    await expect(words(chat('Hel'), 'data: {"error":{"message":"EngineCore died"}}\n\n')).rejects.toThrow(
      'EngineCore died',
    )
  })

  it('a stream that just stops is no answer', async () => {
    await expect(words(chat('Hel'))).rejects.toThrow('in the middle')
  })

  it('where the network cuts does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 7 }), async (given, size) => {
        const text = given.map(chat).join('')
        const cut = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
        expect(await words(...cut, DONE)).toEqual(given)
      }),
    )
  })
})

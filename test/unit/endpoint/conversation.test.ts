import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestOf, wordsOf } from '#endpoint/conversation.ts'

async function* pieces(...chunks: string[]): AsyncIterable<string> {
  yield* chunks
}
async function words(...chunks: string[]): Promise<string[]> {
  const found: string[] = []
  for await (const word of wordsOf(pieces(...chunks))) found.push(word)
  return found
}
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

describe('wordsOf', () => {
  it('reads chats and plain completions, up to [DONE]', async () => {
    expect(await words(chat(null), chat('Hel'), chat('lo'), 'data: [DONE]\n\n', chat('never'))).toEqual(['Hel', 'lo'])
    expect(await words('data: {"choices":[{"text":"a"}]}\r\n\r\n')).toEqual(['a'])
    expect(await words(': a comment\n\n', 'event: x\n', 'data: {"choices":[],"usage":{}}\n\n')).toEqual([])
  })

  it('an error on the way is thrown with the server’s words', async () => {
    await expect(words(chat('Hel'), 'data: {"error":{"message":"EngineCore died"}}\n\n')).rejects.toThrow(
      'EngineCore died',
    )
  })

  it('where the network cuts does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 7 }), async (given, size) => {
        const text = given.map(chat).join('')
        const cut = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
        expect(await words(...cut)).toEqual(given)
      }),
    )
  })
})
